package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.AttributeProto;
import java.util.List;

/**
 * In fp16. Each operator has a kernel for fp16 on CUDA; on a CPU ONNX Runtime puts casts around those that have none there, so that the
 * same graph runs on both: https://github.com/microsoft/onnxruntime, {@code docs/OperatorKernels.md}.
 */
final class HalfKernels implements LayerKernels {

    /** One product for query, key and value; CUDA has fused kernels for it that know where a text ends. */
    @Override
    public String attention(GraphBuilder graph, String name, String reads, LayerWeights layer, AttentionInputs inputs) {
        int hidden = layer.query().inputs();
        String weights = graph.matrix(name + ".weight", hidden, 3 * hidden, () -> QueryKeyValue.weights(layer));
        String bias = graph.reals(name + ".bias", List.of(3L * hidden), () -> QueryKeyValue.bias(layer));
        return graph.microsoft(name, "Attention",
                List.of(reads, weights, bias, inputs.attention().padding().lengths(), "", inputs.bias()),
                AttributeProto.of("num_heads", inputs.attention().heads()));
    }

    @Override
    public boolean flat() {
        return false;
    }

    /** What reads and writes memory is what costs on a graphics processor, so the bias goes with GELU. */
    @Override
    public String feedForward(GraphBuilder graph, String name, String reads, Linear up, Linear down) {
        String product = multiply(graph, name + ".up", reads, up);
        String wide = graph.microsoft(name + ".up.gelu", "BiasGelu",
                List.of(product, graph.vector(name + ".up.bias", up.bias())));
        return multiply(graph, name + ".down", wide, down);
    }

    @Override
    public String multiply(GraphBuilder graph, String name, String reads, Linear linear) {
        return graph.onnx(name, "MatMul",
                List.of(reads, graph.matrix(name + ".weight", linear.inputs(), linear.outputs(), linear::values)));
    }
}
