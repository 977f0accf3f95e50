package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.AttributeProto;
import java.util.List;

/** What each head adds to its attention for the distance between two tokens; made once a run, for all layers. */
final class RelativeBias {

    private RelativeBias() {}

    /**
     * Adds the operators that make it. Buckets are left to the compiler: the graph looks distances up.
     *
     * @param table [buckets, heads]
     * @param tokens the most tokens of a text
     * @return name of a value [1, heads, sequence, sequence]
     */
    static String add(GraphBuilder graph, Matrix table, int tokens) {
        String byDistance = graph.reals("relative.by_distance", List.of(2L * tokens - 1, (long) table.columns()),
                () -> RelativeBuckets.byDistance(table, tokens));
        String first = graph.longs("relative.first", List.of(1L), 0);
        String second = graph.longs("relative.second", List.of(1L), 1);
        String seen = graph.onnx("relative.seen", "Unsqueeze", List.of(positions(graph), first));
        String center = graph.longs("relative.center", List.of(), tokens - 1);
        String shifted = graph.onnx("relative.shifted", "Sub", List.of("relative.positions", center));
        String seeing = graph.onnx("relative.seeing", "Unsqueeze", List.of(shifted, second));
        String rows = graph.onnx("relative.rows", "Sub", List.of(seen, seeing));
        String byPair = graph.onnx("relative.by_pair", "Gather", List.of(byDistance, rows));
        String byHead = graph.onnx("relative.by_head", "Transpose", List.of(byPair),
                AttributeProto.of("perm", List.of(2L, 0L, 1L)));
        return graph.onnx("relative", "Unsqueeze", List.of(byHead, first));
    }

    /** 0, 1, 2 … for the tokens of the longest text. */
    private static String positions(GraphBuilder graph) {
        String zero = graph.longs("relative.zero", List.of(), 0);
        String one = graph.longs("relative.one", List.of(), 1);
        String shape = graph.onnx("relative.shape", "Shape", List.of(EncoderGraph.IDS));
        String sequence = graph.onnx("relative.sequence", "Gather", List.of(shape, one));
        return graph.onnx("relative.positions", "Range", List.of(zero, sequence, one));
    }
}
