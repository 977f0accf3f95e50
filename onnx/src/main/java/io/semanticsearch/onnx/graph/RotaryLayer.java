package io.semanticsearch.onnx.graph;

import java.util.Optional;

/**
 * One layer of an encoder with rotary positions. Of the feed-forward layers the outputs of one, activated, are multiplied by those of the
 * other, number by number.
 *
 * @param attentionNorm after attention and its sum, or before attention; empty where the layer reads what it is given
 * @param activated from hidden to intermediate, before the activation
 * @param gate from hidden to intermediate
 * @param down from intermediate to hidden
 * @param feedForwardNorm after the feed-forward layers and their sum, or before them
 */
record RotaryLayer(Projection query,
        Projection key,
        Projection value,
        Projection attentionOutput,
        Optional<RotaryNorm> attentionNorm,
        Projection activated,
        Projection gate,
        Projection down,
        RotaryNorm feedForwardNorm) {}
