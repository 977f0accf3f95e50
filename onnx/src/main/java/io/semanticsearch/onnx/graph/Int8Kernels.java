package io.semanticsearch.onnx.graph;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * In int8. QAttention would do the work of five operators, but knows no relative positions, and measures no faster. Gelu after a product that
 * adds its bias itself is: BiasGelu takes memory for all of its input twice.
 */
final class Int8Kernels implements LayerKernels {

    private static final int TYPE = ElementType.INT8.code();

    @Override
    public String attention(GraphBuilder graph, String name, String reads, LayerWeights layer, AttentionInputs inputs) {
        String scale = name + ".input_scale";
        String zero = name + ".input_zero_point";
        String quantized = graph.node(new NodeProto(name + ".input", "", "DynamicQuantizeLinear", List.of(reads),
                List.of(name + ".input", scale, zero), List.of()));
        String query = project(graph, name + ".query", quantized, scale, zero, layer.query());
        String key = project(graph, name + ".key", quantized, scale, zero, layer.key());
        String value = project(graph, name + ".value", quantized, scale, zero, layer.value());
        return graph.microsoft(name, "MultiHeadAttention", List.of(query, key, value, "", inputs.lengths(), inputs.bias()),
                AttributeProto.of("num_heads", inputs.heads()));
    }

    private String project(GraphBuilder graph, String name, String quantized, String scale, String zero, Linear linear) {
        Weights weights = weights(graph, name, linear);
        return graph.microsoft(name, "MatMulIntegerToFloat",
                List.of(quantized, weights.values, scale, weights.scales, zero, weights.zero,
                        graph.vector(name + ".bias", linear.bias())));
    }

    @Override
    public String gelu(GraphBuilder graph, String name, String reads, Linear linear) {
        Weights weights = weights(graph, name, linear);
        String bias = graph.vector(name + ".bias", linear.bias());
        String sum = graph.microsoft(name, "DynamicQuantizeMatMul",
                List.of(reads, weights.values, weights.scales, weights.zero, bias));
        return graph.microsoft(name + ".gelu", "Gelu", List.of(sum));
    }

    @Override
    public String multiply(GraphBuilder graph, String name, String reads, Linear linear) {
        Weights weights = weights(graph, name, linear);
        return graph.microsoft(name, "DynamicQuantizeMatMul", List.of(reads, weights.values, weights.scales, weights.zero));
    }

    /**
     * Names of the constants that stand for a matrix.
     *
     * @param zero of int8 0, for weights are symmetric. Not left out and not shared by matrices: where ONNX Runtime replaces int8 weights by
     *        uint8 it looks for one that is there, and makes a new one of each.
     */
    private record Weights(String values, String scales, String zero) {}

    /** The scales are found now; the numbers are made when they are written, one matrix after the other. */
    private Weights weights(GraphBuilder graph, String name, Linear linear) {
        float[] scales = Int8Matrix.scales(linear.values(), linear.outputs(), linear.weight().name());
        TensorData data = new TensorData.Computed((long) linear.inputs() * linear.outputs(),
                out -> Int8Matrix.write(linear.values(), scales, out));
        TensorData nought = new TensorData.Stored(MemorySegment.ofArray(new byte[1]));
        String zero = graph.constant(new TensorProto(name + ".zero_point", TYPE, List.of(), nought));
        List<Long> shape = List.of((long) linear.inputs(), (long) linear.outputs());
        return new Weights(graph.constant(new TensorProto(name + ".weight", TYPE, shape, data)),
                graph.floats(name + ".scale", List.of((long) linear.outputs()), scales),
                zero);
    }
}
