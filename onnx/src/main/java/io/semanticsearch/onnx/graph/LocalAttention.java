package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.AttributeProto;
import io.semanticsearch.onnx.proto.ElementType;
import io.semanticsearch.onnx.proto.ValueInfoProto;
import java.util.List;

/**
 * Attention of each token to those near it alone. Short passes let every token look at every other one and add {@link LocalWindow}, which
 * rules most of that out; long ones are cut into blocks, each of which is shown its own tokens and as many as can be reached on
 * either side, so that time and memory grow with the tokens and not with their square.
 */
final class LocalAttention {

    /** For each token that lies beyond the ends of a text. Far beyond {@link LocalWindow#FAR}, and far from infinite. */
    private static final float OUTSIDE = -1e30f;

    private final GraphBuilder graph;
    private final MultiHeadAttention attention;
    private final int reach;
    private final int hidden;
    private final String name;
    private final boolean everLong;
    private String bias;

    /**
     * @param reach how many tokens on either side a token looks at
     * @param hidden numbers of a token
     * @param maxTokens the most tokens of a text
     */
    LocalAttention(MultiHeadAttention attention, int reach, int hidden, int maxTokens) {
        this.graph = attention.graph();
        this.attention = attention;
        this.reach = reach;
        this.hidden = hidden;
        this.name = "window." + reach;
        this.everLong = reach > 0 && maxTokens > mostWhole();
    }

    /** Tokens of a block; the reach of both sides together, so that what a block sees is two blocks of keys. */
    private int width() {
        return 2 * reach;
    }

    /** Tokens that a block sees. */
    private int seen() {
        return 2 * width();
    }

    /** The tokens of a pass up to which blocks gain nothing; measured with blocks of 128: at 520 they are as fast, at 640 by a sixth faster. */
    private int mostWhole() {
        return 2 * seen();
    }

    /**
     * Adds the operators.
     *
     * @param query name of a value float32 [batch, tokens, hidden]; keys and values have the same shape
     * @return name of a value float32 [batch, tokens, hidden]
     */
    String add(String layer, String query, String key, String value) {
        if (bias == null) bias = everLong ? biasOfEither() : LocalWindow.add(graph, name, reach);
        if (!everLong) return attention.padded(graph, layer, query, key, value, bias);
        GraphBuilder blocks = graph.branch();
        blocks.output(tokens(blocks(blocks, layer + ".blocks", query, key, value)));
        GraphBuilder whole = graph.branch();
        whole.output(tokens(attention.padded(whole, layer + ".whole", query, key, value, bias)));
        return graph.onnx(layer, "If", List.of(name + ".long"), AttributeProto.of("then_branch", blocks.build(layer + ".blocks")),
                AttributeProto.of("else_branch", whole.build(layer + ".whole")));
    }

    private static ValueInfoProto tokens(String value) {
        return ValueInfoProto.of(value, ElementType.FLOAT, "batch", "sequence", "hidden");
    }

    private String blocks(GraphBuilder in, String layer, String query, String key, String value) {
        String padded = in.onnx(layer + ".query.padded", "Pad", List.of(query, name + ".query_pads"));
        String queries = in.onnx(layer + ".query", "Reshape", List.of(padded, name + ".block_shape"));
        String found = in.microsoft(layer + ".found", MultiHeadAttention.OPERATOR,
                List.of(queries, seen(in, layer + ".key", key), seen(in, layer + ".value", value), "", "", bias),
                attention.headCount());
        String joined = in.onnx(layer + ".joined", "Reshape", List.of(found, name + ".joined_shape"));
        return in.onnx(layer + ".cut", "Slice", List.of(joined, name + ".first", name + ".tokens", name + ".axis"));
    }

    /** What each block sees: with as many tokens in front as are reached, two blocks of these. */
    private String seen(GraphBuilder in, String of, String tokens) {
        String padded = in.onnx(of + ".padded", "Pad", List.of(tokens, name + ".key_pads"));
        String blocks = in.onnx(of + ".blocks", "Reshape", List.of(padded, name + ".blocks_shape"));
        String left = in.onnx(of + ".left", "Slice", List.of(blocks, name + ".first", name + ".last", name + ".axis"));
        String right = in.onnx(of + ".right", "Slice", List.of(blocks, name + ".second", name + ".end", name + ".axis"));
        String pairs = in.onnx(of + ".pairs", "Concat", List.of(left, right), AttributeProto.of("axis", 2));
        return in.onnx(of, "Reshape", List.of(pairs, name + ".seen_shape"));
    }

    /** Of a long pass [batch * blocks, 1, width, seen], of another one that of {@link LocalWindow}. */
    private String biasOfEither() {
        sizes();
        GraphBuilder ofBlocks = graph.branch();
        ofBlocks.output(scores(biasOfBlocks(ofBlocks, name + ".blocks")));
        GraphBuilder ofWhole = graph.branch();
        ofWhole.output(scores(LocalWindow.add(ofWhole, name + ".whole", reach)));
        return graph.onnx(name, "If", List.of(name + ".long"), AttributeProto.of("then_branch", ofBlocks.build(name + ".blocks")),
                AttributeProto.of("else_branch", ofWhole.build(name + ".whole")));
    }

    private static ValueInfoProto scores(String value) {
        return ValueInfoProto.of(value, ElementType.FLOAT, "rows", "heads", "queries", "keys");
    }

    /** What all layers share. */
    private void sizes() {
        graph.onnx(name + ".tokens", "Shape", List.of(EncoderGraph.IDS), AttributeProto.of("start", 1),
                AttributeProto.of("end", 2));
        graph.onnx(name + ".long", "Greater", List.of(name + ".tokens", longs("most_whole", mostWhole())));
        String up = graph.onnx(name + ".up", "Add", List.of(name + ".tokens", longs("less_than_width", width() - 1)));
        graph.onnx(name + ".count", "Div", List.of(up, longs("width", width())));
        String whole = graph.onnx(name + ".padded_tokens", "Mul", List.of(name + ".count", name + ".width"));
        String missing = graph.onnx(name + ".missing", "Sub", List.of(whole, name + ".tokens"));
        String none = longs("none", 0);
        graph.onnx(name + ".query_pads", "Concat", List.of(longs("no_pads", 0, 0, 0, 0), missing, none),
                AttributeProto.of("axis", 0));
        String behind = graph.onnx(name + ".behind", "Add", List.of(missing, longs("reach", reach)));
        graph.onnx(name + ".key_pads", "Concat", List.of(longs("pads_in_front", 0, reach, 0, 0), behind, none),
                AttributeProto.of("axis", 0));
        longs("block_shape", -1, width(), hidden);
        // The first length stays.
        longs("blocks_shape", 0, -1, width(), hidden);
        longs("seen_shape", -1, seen(), hidden);
        String batch = graph.onnx(name + ".batch", "Shape", List.of(EncoderGraph.IDS), AttributeProto.of("end", 1));
        graph.onnx(name + ".joined_shape", "Concat", List.of(batch, longs("rest_shape", -1, hidden)),
                AttributeProto.of("axis", 0));
        longs("first", 0);
        longs("second", 1);
        longs("last", -1);
        longs("end", Long.MAX_VALUE);
        longs("axis", 1);
    }

    /** Of a block's tokens and what they see: none to each token that is within reach and of the text. */
    private String biasOfBlocks(GraphBuilder in, String of) {
        String zero = in.longs(of + ".zero", List.of(), 0);
        String one = in.longs(of + ".one", List.of(), 1);
        String count = in.onnx(of + ".count", "Squeeze", List.of(name + ".count"));
        String range = in.onnx(of + ".range", "Range", List.of(zero, count, one));
        String indices = in.onnx(of + ".indices", "Cast", List.of(range), AttributeProto.of("to", ElementType.FLOAT.code()));
        String firsts = in.onnx(of + ".firsts", "Mul", List.of(indices, in.floats(of + ".width", List.of(), width())));
        String column = in.onnx(of + ".column", "Unsqueeze", List.of(firsts, in.longs(of + ".column_axes", List.of(2L), 1, 2)));
        String positions = in.onnx(of + ".positions", "Add",
                List.of(column, in.floats(of + ".offsets", List.of((long) seen()), offsets())));
        String before = in.onnx(of + ".before", "Relu", List.of(in.onnx(of + ".negated", "Neg", List.of(positions))));
        String lengths = in.onnx(of + ".lengths", "Cast", List.of(attention.padding().lengths()),
                AttributeProto.of("to", ElementType.FLOAT.code()));
        String lasts = in.onnx(of + ".lasts", "Sub", List.of(lengths, in.floats(of + ".one_token", List.of(), 1)));
        String texts = in.onnx(of + ".texts", "Unsqueeze", List.of(lasts, in.longs(of + ".text_axes", List.of(3L), 1, 2, 3)));
        String after = in.onnx(of + ".after", "Relu", List.of(in.onnx(of + ".beyond", "Sub", List.of(positions, texts))));
        String outside = in.onnx(of + ".outside", "Mul",
                List.of(in.onnx(of + ".distance", "Add", List.of(before, after)), in.floats(of + ".weight", List.of(), OUTSIDE)));
        String window = in.floats(of + ".window", List.of((long) width(), (long) seen()), window());
        String sum = in.onnx(of + ".sum", "Add", List.of(outside, window));
        return in.onnx(of + ".bias", "Reshape", List.of(sum, in.longs(of + ".shape", List.of(4L), -1, 1, width(), seen())));
    }

    /** Where what a block sees lies, counted from its first token. */
    private float[] offsets() {
        float[] offsets = new float[seen()];
        for (int key = 0; key < offsets.length; key++) offsets[key] = key - reach;
        return offsets;
    }

    /** The same window for every block, [width, seen]. */
    private float[] window() {
        float[] window = new float[width() * seen()];
        for (int query = 0; query < width(); query++) {
            for (int key = 0; key < seen(); key++)
                window[query * seen() + key] = LocalWindow.FAR * Math.max(0, Math.abs(key - reach - query) - reach);
        }
        return window;
    }

    private String longs(String of, long... values) {
        return graph.longs(name + "." + of, List.of((long) values.length), values);
    }
}
