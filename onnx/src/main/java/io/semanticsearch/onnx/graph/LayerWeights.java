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

    /**
     * The bias of the attention's output layer, float32 [hidden], with what that layer makes of the values' bias. Of the values a token takes
     * shares that add up to one, so their bias comes through attention as it is, the same for each token.
     */
    float[] attentionOutputBias() {
        float[] values = value.bias().values();
        float[] weights = attentionOutput.values();
        float[] bias = attentionOutput.bias().values();
        double[] sums = new double[bias.length];
        for (int input = 0; input < values.length; input++) {
            for (int output = 0; output < sums.length; output++)
                sums[output] += (double) values[input] * weights[input * sums.length + output];
        }
        for (int output = 0; output < bias.length; output++) bias[output] += (float) sums[output];
        return bias;
    }

    Stream<Matrix> matrices() {
        return Stream.concat(
                Stream.of(query, key, value, attentionOutput, up, down)
                        .flatMap(linear -> Stream.of(linear.weight(), linear.bias())),
                Stream.of(attentionNorm, outputNorm).flatMap(norm -> Stream.of(norm.scale(), norm.shift())));
    }
}
