package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.AttributeProto;
import io.semanticsearch.onnx.proto.ElementType;
import io.semanticsearch.onnx.proto.ValueInfoProto;
import java.util.List;

/** What each token takes of the values of all tokens, by its query and their keys. */
record MultiHeadAttention(GraphBuilder graph, int heads, Padding padding) {

    static final String OPERATOR = "MultiHeadAttention";

    /**
     * Adds the operators. ONNX Runtime's kernel for processors has two ways: with padding or a bias it writes down what each token has to do
     * with each other one, [batch, heads, tokens, tokens]; with neither it goes by blocks that stay in the cache, which is a tenth faster for 512
     * tokens, twice as fast for 2,048, and needs no memory for the square. So the graph looks which of them it may take.
     *
     * @param query name of a value float32 [batch, tokens, hidden]; keys and values have the same shape
     * @param bias name of a value float32 [1, heads or 1, tokens, tokens] that is added before the softmax; empty for none
     * @return name of a value float32 [batch, tokens, hidden]
     */
    String add(String name, String query, String key, String value, String bias) {
        if (!bias.isEmpty()) return padded(graph, name, query, key, value, bias);
        GraphBuilder whole = graph.branch();
        whole.output(tokens(whole.microsoft(name + ".whole", OPERATOR, List.of(query, key, value), headCount())));
        GraphBuilder padded = graph.branch();
        padded.output(tokens(padded(padded, name + ".padded", query, key, value, "")));
        return graph.onnx(name, "If", List.of(padding.none()), AttributeProto.of("then_branch", whole.build(name + ".whole")),
                AttributeProto.of("else_branch", padded.build(name + ".padded")));
    }

    /** The way that is always right. */
    String padded(GraphBuilder in, String name, String query, String key, String value, String bias) {
        return in.microsoft(name, OPERATOR, List.of(query, key, value, "", padding.lengths(), bias), headCount());
    }

    AttributeProto headCount() {
        return AttributeProto.of("num_heads", heads);
    }

    private static ValueInfoProto tokens(String value) {
        return ValueInfoProto.of(value, ElementType.FLOAT, "batch", "sequence", "hidden");
    }
}
