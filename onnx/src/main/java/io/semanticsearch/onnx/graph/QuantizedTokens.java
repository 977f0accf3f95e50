package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.NodeProto;
import java.util.List;

/**
 * Tokens in eight bits, with one scale for all of a pass, for several matrices to multiply.
 *
 * @param values name of a value uint8 [batch, tokens, inputs]
 * @param scale name of a value float32 []
 * @param zero name of a value uint8 []: what stands for 0
 */
record QuantizedTokens(GraphBuilder graph, String values, String scale, String zero) {

    /** @param reads name of a value float32 [batch, tokens, inputs] */
    static QuantizedTokens of(GraphBuilder graph, String name, String reads) {
        QuantizedTokens tokens = new QuantizedTokens(graph, name, name + "_scale", name + "_zero_point");
        graph.node(new NodeProto(name, "", "DynamicQuantizeLinear", List.of(reads),
                List.of(tokens.values, tokens.scale, tokens.zero), List.of()));
        return tokens;
    }

    /**
     * Adds a product with its bias.
     *
     * @param bias name of a value float32 [outputs]; empty for none
     * @return name of a value float32 [batch, tokens, outputs]
     */
    String multiply(String name, Int8Kernels.Weights by, String bias) {
        return graph.microsoft(name, "MatMulIntegerToFloat",
                List.of(values, by.values(), scale, by.scales(), zero, by.zero(), bias));
    }
}
