package io.semanticsearch.onnx.graph;

import java.util.List;

/** What each token takes of the values of all tokens, by its query and their keys. */
record MultiHeadAttention(GraphBuilder graph, int heads, Padding padding) {

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
        NodeProto padded = node(name, List.of(query, key, value, "", padding.lengths(), bias));
        if (!bias.isEmpty()) return graph.node(padded);
        return graph.onnx(name, "If", List.of(padding.none()),
                branch("then_branch", node(name + ".whole", List.of(query, key, value))),
                branch("else_branch", node(name + ".padded", padded.inputs())));
    }

    private NodeProto node(String name, List<String> reads) {
        return new NodeProto(name, NodeProto.MICROSOFT, "MultiHeadAttention", reads, List.of(name),
                List.of(AttributeProto.of("num_heads", heads)));
    }

    private static AttributeProto branch(String attribute, NodeProto node) {
        GraphBuilder branch = new GraphBuilder();
        branch.output(ValueInfoProto.of(branch.node(node), ElementType.FLOAT, "batch", "sequence", "hidden"));
        return AttributeProto.of(attribute, branch.build(node.name()));
    }
}
