package io.semanticsearch.onnx.graph;

import java.util.Arrays;
import java.util.List;

/** In fp32. */
final class FloatKernels implements LayerKernels {

    /** Of a part of the feed-forward layers: below it products become slower. */
    private static final int LEAST_WIDTH = 768;

    @Override
    public String attention(GraphBuilder graph, String name, String reads, LayerWeights layer, AttentionInputs inputs) {
        String rows = inputs.shapes().rows(reads);
        String query = inputs.shapes().texts(gemm(graph, name + ".query", rows, layer.query()));
        // Without its bias, which adds the same number to all scores of a token: a softmax does not see that.
        String key = product(graph, name + ".key", reads, layer.key());
        String value = product(graph, name + ".value", reads, layer.value());
        return inputs.attention().add(name, query, key, value, inputs.bias());
    }

    /** For Gemm, which adds a bias while it multiplies: with MatMul that is left to BiasGelu, which takes twice as long as Gelu. */
    @Override
    public boolean flat() {
        return true;
    }

    /**
     * In parts. What lies between the two layers is several times as wide as a token's vector: as a whole it leaves the caches, and is so large
     * that its memory goes back to the system after each use, to be zeroed again for the next. With 512 tokens of a BERT-base shape those
     * were 20,000 page faults and a tenth of the time.
     */
    @Override
    public String feedForward(GraphBuilder graph, String name, String reads, Linear up, Linear down) {
        int parts = parts(up.outputs());
        int width = up.outputs() / parts;
        String sum = "";
        for (int part = 0; part < parts; part++) {
            int first = part * width;
            String upName = name + ".up." + part;
            String upWeights = graph.matrix(upName + ".weight", up.inputs(), width, () -> up.ofOutputs(first, width));
            String upBias = graph.reals(upName + ".bias", List.of((long) width),
                    () -> Arrays.copyOfRange(up.bias().values(), first, first + width));
            String sums = graph.onnx(upName, "Gemm", List.of(reads, upWeights, upBias));
            String wide = graph.microsoft(upName + ".gelu", "Gelu", List.of(sums));
            String downName = name + ".down." + part;
            String downWeights = graph.matrix(downName + ".weight", width, down.outputs(), () -> down.ofInputs(first, width));
            sum = part == 0
                    ? graph.onnx(downName, "MatMul", List.of(wide, downWeights))
                    : graph.onnx(downName, "Gemm", List.of(wide, downWeights, sum));
        }
        return sum;
    }

    /** As many equal parts as are not too narrow. */
    private static int parts(int outputs) {
        int parts = Math.max(1, outputs / LEAST_WIDTH);
        while (outputs % parts != 0)
            parts--;
        return parts;
    }

    @Override
    public String multiply(GraphBuilder graph, String name, String reads, Linear linear) {
        return product(graph, name, reads, linear);
    }

    private static String product(GraphBuilder graph, String name, String reads, Linear linear) {
        String weights = graph.matrix(name + ".weight", linear.inputs(), linear.outputs(), linear::values);
        return graph.onnx(name, "MatMul", List.of(reads, weights));
    }

    /** With its bias. */
    private static String gemm(GraphBuilder graph, String name, String reads, Linear linear) {
        String weights = graph.matrix(name + ".weight", linear.inputs(), linear.outputs(), linear::values);
        return graph.onnx(name, "Gemm", List.of(reads, weights, graph.vector(name + ".bias", linear.bias())));
    }
}
