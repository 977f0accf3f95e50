package io.semanticsearch.onnx.graph;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Supplier;

/** In int8. Products add their bias themselves, because Gelu alone takes half as long as BiasGelu. */
final class Int8Kernels implements LayerKernels {

    private static final int TYPE = ElementType.INT8.code();

    @Override
    public String attention(GraphBuilder graph, String name, String reads, LayerWeights layer, AttentionInputs inputs) {
        String scale = name + ".input_scale";
        String zero = name + ".input_zero_point";
        String quantized = graph.node(new NodeProto(name + ".input", "", "DynamicQuantizeLinear", List.of(reads),
                List.of(name + ".input", scale, zero), List.of()));
        // It does the work of five operators, which shows where texts are short, but knows no relative positions.
        if (inputs.bias().isEmpty()) return quantizedAttention(graph, name, layer, inputs, List.of(quantized, scale, zero));
        String query = project(graph, name + ".query", quantized, scale, zero, layer.query());
        String key = project(graph, name + ".key", quantized, scale, zero, layer.key());
        String value = project(graph, name + ".value", quantized, scale, zero, layer.value());
        return graph.microsoft(name, "MultiHeadAttention", List.of(query, key, value, "", inputs.lengths(), inputs.bias()),
                AttributeProto.of("num_heads", inputs.heads()));
    }

    /** @param reads the input in eight bits, its scale and its zero point */
    private static String quantizedAttention(GraphBuilder graph,
            String name,
            LayerWeights layer,
            AttentionInputs inputs,
            List<String> reads) {
        int hidden = layer.query().inputs();
        Weights weights = weights(graph, name, hidden, 3 * hidden, () -> QueryKeyValue.weights(layer),
                layer.query().weight().name());
        String bias = graph.floats(name + ".bias", List.of(3L * hidden), QueryKeyValue.bias(layer));
        return graph.microsoft(name, "QAttention", List.of(reads.get(0), weights.values, bias, reads.get(1), weights.scales,
                inputs.lengths(), reads.get(2), weights.zero), AttributeProto.of("num_heads", inputs.heads()));
    }

    private String project(GraphBuilder graph, String name, String quantized, String scale, String zero, Linear linear) {
        Weights weights = weights(graph, name, linear);
        return graph.microsoft(name, "MatMulIntegerToFloat",
                List.of(quantized, weights.values, scale, weights.scales, zero, weights.zero,
                        graph.vector(name + ".bias", linear.bias())));
    }

    @Override
    public boolean flat() {
        return false;
    }

    @Override
    public String feedForward(GraphBuilder graph, String name, String reads, Linear up, Linear down) {
        Weights weights = weights(graph, name + ".up", up);
        String sum = graph.microsoft(name + ".up", "DynamicQuantizeMatMul",
                List.of(reads, weights.values, weights.scales, weights.zero, graph.vector(name + ".up.bias", up.bias())));
        return multiply(graph, name + ".down", graph.microsoft(name + ".up.gelu", "Gelu", List.of(sum)), down);
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
    record Weights(String values, String scales, String zero) {}

    private static Weights weights(GraphBuilder graph, String name, Linear linear) {
        return weights(graph, name, linear.inputs(), linear.outputs(), linear::values, linear.weight().name());
    }

    /**
     * The scales are found now; the numbers are made when they are written, one matrix after the other.
     *
     * @param values float32 [inputs, outputs]
     * @param source of the weights, for messages
     */
    static Weights weights(GraphBuilder graph,
            String name,
            int inputs,
            int outputs,
            Supplier<float[]> values,
            String source) {
        float[] scales = Int8Matrix.scales(values.get(), outputs, source);
        TensorData data = new TensorData.Computed((long) inputs * outputs, out -> Int8Matrix.write(values.get(), scales, out));
        TensorData nought = new TensorData.Stored(MemorySegment.ofArray(new byte[1]));
        String zero = graph.constant(new TensorProto(name + ".zero_point", TYPE, List.of(), nought));
        return new Weights(
                graph.constant(new TensorProto(name + ".weight", TYPE, List.of((long) inputs, (long) outputs), data)),
                graph.floats(name + ".scale", List.of((long) outputs), scales), zero);
    }
}
