package io.semanticsearch.onnx.graph;

import java.util.List;
import java.util.function.Supplier;

/** In fp32. */
final class FloatKernels implements LayerKernels {

    @Override
    public String attention(GraphBuilder graph, String name, String reads, LayerWeights layer, AttentionInputs inputs) {
        int hidden = layer.query().inputs();
        String weights = weights(graph, name + ".weight", hidden, 3 * hidden, () -> QueryKeyValue.weights(layer));
        String bias = graph.floats(name + ".bias", List.of(3L * hidden), QueryKeyValue.bias(layer));
        return graph.microsoft(name, "Attention", List.of(reads, weights, bias, inputs.lengths(), "", inputs.bias()),
                AttributeProto.of("num_heads", inputs.heads()));
    }

    /** For Gemm, which adds a bias while it multiplies: with MatMul that is left to BiasGelu, which takes twice as long as Gelu. */
    @Override
    public boolean flat() {
        return true;
    }

    @Override
    public String gelu(GraphBuilder graph, String name, String reads, Linear linear) {
        String weights = weights(graph, name + ".weight", linear.inputs(), linear.outputs(), linear::values);
        String sum = graph.onnx(name, "Gemm", List.of(reads, weights, graph.vector(name + ".bias", linear.bias())));
        return graph.microsoft(name + ".gelu", "Gelu", List.of(sum));
    }

    @Override
    public String multiply(GraphBuilder graph, String name, String reads, Linear linear) {
        String weights = weights(graph, name + ".weight", linear.inputs(), linear.outputs(), linear::values);
        return graph.onnx(name, "MatMul", List.of(reads, weights));
    }

    /** Made when they are written, one matrix after the other. */
    static String weights(GraphBuilder graph, String name, int inputs, int outputs, Supplier<float[]> values) {
        TensorData data = new TensorData.Computed((long) inputs * outputs * Float.BYTES, out -> {
            float[] numbers = values.get();
            TensorData.write(numbers, numbers.length, out);
        });
        return graph.constant(new TensorProto(name, ElementType.FLOAT.code(), List.of((long) inputs, (long) outputs), data));
    }
}
