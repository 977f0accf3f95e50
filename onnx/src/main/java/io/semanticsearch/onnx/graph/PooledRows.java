package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.AttributeProto;
import io.semanticsearch.onnx.proto.ElementType;
import io.semanticsearch.onnx.proto.ValueInfoProto;
import java.util.List;

/** The end of an encoder: its tokens' vectors as they are, or one vector of each text. */
final class PooledRows {

    private static final String POOLED = "pooled";
    private static final float SMALLEST = -Float.MAX_VALUE;

    private final GraphBuilder graph;
    private final EncoderOptions options;
    private final String lengths;
    private String lastRows;

    /** @param lengths name of a value int32 [batch] */
    PooledRows(GraphBuilder graph, EncoderOptions options, String lengths) {
        this.graph = graph;
        this.options = options;
        this.lengths = lengths;
    }

    /**
     * Leaves of the tokens only the one that is the answer, if one is.
     *
     * @param tokens name of a value [batch, sequence, hidden]
     * @return name of a value [batch, 1, hidden], or {@code tokens}
     */
    String pick(String tokens) {
        return switch (options.pooling()) {
            case NONE, MEAN, MAX -> tokens;
            case CLS -> graph.onnx(tokens + ".first", "Gather", List.of(tokens, row(tokens)), AttributeProto.of("axis", 1));
            case LAST ->
                graph.onnx(tokens + ".last", "GatherND", List.of(tokens, lastRows()), AttributeProto.of("batch_dims", 1));
        };
    }

    /**
     * Makes the output.
     *
     * @param x name of what {@link #pick} left after the last layer, float32
     * @param hidden its last axis
     */
    void output(String x, String hidden) {
        if (options.pooling() == Pooling.NONE) {
            graph.onnx(EncoderGraph.TOKENS, "Identity", List.of(x));
            graph.output(ValueInfoProto.of(EncoderGraph.TOKENS, ElementType.FLOAT, "batch", "sequence", hidden));
            return;
        }
        String vector = switch (options.pooling()) {
            case NONE -> throw new IllegalStateException();
            case MEAN -> mean(x);
            case MAX -> max(x);
            case CLS, LAST -> graph.onnx(POOLED, "Squeeze", List.of(x, axis(POOLED, 1)));
        };
        if (options.normalize()) {
            graph.onnx(EncoderGraph.SENTENCE, "LpNormalization", List.of(vector), AttributeProto.of("axis", -1),
                    AttributeProto.of("p", 2));
        } else {
            graph.onnx(EncoderGraph.SENTENCE, "Identity", List.of(vector));
        }
        graph.output(ValueInfoProto.of(EncoderGraph.SENTENCE, ElementType.FLOAT, "batch", hidden));
    }

    /** The mask times the vectors, as a product of matrices. */
    private String mean(String x) {
        String mask = graph.onnx("mean.mask", "Cast", List.of(EncoderGraph.MASK),
                AttributeProto.of("to", ElementType.FLOAT.code()));
        String row = graph.onnx("mean.row", "Unsqueeze", List.of(mask, axis("mean.row", 1)));
        String sum = graph.onnx("mean.sum", "MatMul", List.of(row, x));
        String flat = graph.onnx("mean.flat", "Squeeze", List.of(sum, axis("mean.flat", 1)));
        String count = graph.onnx("mean.count", "ReduceSum", List.of(mask, axis("mean.count", 1)));
        String atLeast = graph.onnx("mean.at_least", "Max", List.of(count, graph.floats("mean.least", List.of(), 1e-9f)));
        return graph.onnx(POOLED, "Div", List.of(flat, atLeast));
    }

    private String max(String x) {
        String mask = graph.onnx("max.mask", "Cast", List.of(EncoderGraph.MASK),
                AttributeProto.of("to", ElementType.BOOL.code()));
        String column = graph.onnx("max.column", "Unsqueeze", List.of(mask, axis("max.column", 2)));
        String masked = graph.onnx("max.masked", "Where", List.of(column, x, graph.floats("max.smallest", List.of(), SMALLEST)));
        return graph.onnx(POOLED, "ReduceMax", List.of(masked), AttributeProto.of("axes", List.of(1L)),
                AttributeProto.of("keepdims", 0));
    }

    /** Of each text its last token, int64 [batch, 1, 1]. */
    private String lastRows() {
        if (lastRows != null) return lastRows;
        String wide = graph.onnx("last.lengths", "Cast", List.of(lengths), AttributeProto.of("to", ElementType.INT64.code()));
        String index = graph.onnx("last.index", "Sub", List.of(wide, graph.longs("last.one", List.of(), 1)));
        lastRows = graph.onnx("last.rows", "Unsqueeze", List.of(index, graph.longs("last.axes", List.of(2L), 1, 2)));
        return lastRows;
    }

    private String row(String name) {
        return graph.longs(name + ".first_row", List.of(1L), 0);
    }

    private String axis(String name, long axis) {
        return graph.longs(name + ".axis", List.of(1L), axis);
    }
}
