package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.ElementType;
import io.semanticsearch.onnx.proto.TensorData;
import io.semanticsearch.onnx.proto.TensorProto;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Supplier;

/**
 * In int8. Products add their bias themselves, because Gelu alone takes half as long as BiasGelu.
 *
 * @param shortPasses has one operator do the work of five for attention: for 16 tokens it takes 6 % less of a pass on one thread, 12 on two; for
 *        512 it takes a sixth more
 */
record Int8Kernels(boolean shortPasses) implements LayerKernels {

    private static final int TYPE = ElementType.INT8.code();

    @Override
    public String attention(GraphBuilder graph, String name, String reads, LayerWeights layer, AttentionInputs inputs) {
        QuantizedTokens tokens = QuantizedTokens.of(graph, name + ".input", reads);
        // That operator knows no relative positions.
        if (shortPasses && inputs.bias().isEmpty()) return fusedAttention(graph, name, tokens, layer, inputs.attention());
        String query = tokens.multiply(name + ".query", weights(graph, name + ".query", layer.query()),
                graph.vector(name + ".query.bias", layer.query().bias()));
        // Without its bias, which adds the same number to all scores of a token: a softmax does not see that.
        String key = tokens.multiply(name + ".key", weights(graph, name + ".key", layer.key()), "");
        String value = tokens.multiply(name + ".value", weights(graph, name + ".value", layer.value()), "");
        return inputs.attention().add(name, query, key, value, inputs.bias());
    }

    private static String fusedAttention(GraphBuilder graph,
            String name,
            QuantizedTokens tokens,
            LayerWeights layer,
            MultiHeadAttention attention) {
        int hidden = layer.query().inputs();
        Weights weights = weights(graph, name, hidden, 3 * hidden, () -> QueryKeyValue.weights(layer),
                layer.query().weight().name());
        String bias = graph.reals(name + ".bias", List.of(3L * hidden), () -> QueryKeyValue.bias(layer));
        return graph.microsoft(name, "QAttention", List.of(tokens.values(), weights.values, bias, tokens.scale(), weights.scales,
                attention.padding().lengths(), tokens.zero(), weights.zero), attention.headCount());
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
