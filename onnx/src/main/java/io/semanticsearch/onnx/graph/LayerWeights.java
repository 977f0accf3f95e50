package io.semanticsearch.onnx.graph;

import java.util.stream.Stream;

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
        Norm outputNorm) {

    Stream<Matrix> matrices() {
        return Stream.concat(
                Stream.of(query, key, value, attentionOutput, up, down)
                        .flatMap(linear -> Stream.of(linear.weight(), linear.bias())),
                Stream.of(attentionNorm, outputNorm).flatMap(norm -> Stream.of(norm.scale(), norm.shift())));
    }
}
