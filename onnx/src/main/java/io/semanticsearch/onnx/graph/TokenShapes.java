package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.AttributeProto;
import java.util.List;

/** Makes one list of the tokens of all texts, which is what Gemm reads, and texts of it again. Copies nothing. */
final class TokenShapes {

    private final GraphBuilder graph;
    private final int hidden;
    private String rows;
    private String texts;

    /** @param hidden numbers of a token */
    TokenShapes(GraphBuilder graph, int hidden) {
        this.graph = graph;
        this.hidden = hidden;
    }

    /**
     * @param texts name of a value [batch, tokens, hidden]
     * @return name of a value [batch * tokens, hidden]
     */
    String rows(String texts) {
        if (rows == null) rows = graph.longs("rows_shape", List.of(2L), -1, hidden);
        return graph.onnx(texts + ".rows", "Reshape", List.of(texts, rows));
    }

    /**
     * @param rows name of a value [batch * tokens, hidden]
     * @return name of a value [batch, tokens, hidden], of which the batch is known and the tokens are what is left: all of a text or one
     */
    String texts(String rows) {
        if (texts == null) {
            String shape = graph.onnx("batch_shape", "Shape", List.of(EncoderGraph.IDS), AttributeProto.of("end", 1));
            String rest = graph.longs("rest_shape", List.of(2L), -1, hidden);
            texts = graph.onnx("texts_shape", "Concat", List.of(shape, rest), AttributeProto.of("axis", 0));
        }
        return graph.onnx(rows + ".texts", "Reshape", List.of(rows, texts));
    }
}
