package io.semanticsearch.onnx.graph;

/**
 * One layer of an encoder; norms come after the sums.
 *
 * @param up from hidden to intermediate
 * @param down from intermediate to hidden
 */
record LayerWeights(Linear query,
        Linear key,
        Linear value,
        Linear attentionOutput,
        Norm attentionNorm,
        Linear up,
        Linear down,
        Norm outputNorm) {}
