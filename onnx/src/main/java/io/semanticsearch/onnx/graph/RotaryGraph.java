package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.AttributeProto;
import io.semanticsearch.onnx.proto.ElementType;
import io.semanticsearch.onnx.proto.GraphProto;
import io.semanticsearch.onnx.proto.NodeProto;
import io.semanticsearch.onnx.proto.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The fused graph of an encoder with rotary positions and gated feed-forward layers, its norms after its layers as in nomic-bert or before
 * them as in ModernBERT. {@link EncoderCompiler} describes its inputs and outputs.
 */
final class RotaryGraph {

    private final GraphBuilder graph = new GraphBuilder();
    private final RotaryConfig config;
    private final RotaryWeights weights;
    private final EncoderOptions options;
    private final Products products;
    private final RotaryPositions positions;
    private final MultiHeadAttention attention;
    private final Map<Integer, LocalAttention> windows = new HashMap<>();

    private RotaryGraph(RotaryConfig config, RotaryWeights weights, EncoderOptions options) {
        this.config = config;
        this.weights = weights;
        this.options = options;
        this.products = Products.of(options.precision());
        this.positions = new RotaryPositions(graph, config.headWidth(), config.maxTokens());
        this.attention = new MultiHeadAttention(graph, config.heads(), new Padding(graph, "lengths"));
    }

    static GraphProto of(RotaryConfig config, RotaryWeights weights, EncoderOptions options) {
        return new RotaryGraph(config, weights, options).build();
    }

    private GraphProto build() {
        String embedded = embed();
        lengths();
        PooledRows pooled = new PooledRows(graph, options, attention.padding().lengths());
        String x = weights.finalNorm().isPresent() ? preNorm(embedded, pooled) : postNorm(embedded, pooled);
        pooled.output(x, Integer.toString(config.hidden()));
        return graph.build("encoder");
    }

    private String postNorm(String embedded, PooledRows pooled) {
        String x = embedded;
        int last = config.layers() - 1;
        for (int i = 0; i <= last; i++) {
            RotaryLayer layer = weights.layers().get(i);
            String name = "layer." + i;
            String attended = attention(name + ".attention", x, layer, config.attentions().get(i));
            if (i == last) {
                // What comes after attention looks at each token alone: those that are not asked for need not be computed.
                attended = pooled.pick(attended);
                x = pooled.pick(x);
            }
            String projected = products.one(graph, name + ".attention_output", attended, layer.attentionOutput());
            x = sum(name + ".attention_norm", projected, x, layer.attentionNorm().orElseThrow()).normed;
            x = sum(name + ".output_norm", feedForward(name, x, layer), x, layer.feedForwardNorm()).normed;
        }
        return x;
    }

    private String preNorm(String embedded, PooledRows pooled) {
        Sum x = new Sum(embedded, embedded);
        int last = config.layers() - 1;
        for (int i = 0; i <= last; i++) {
            RotaryLayer layer = weights.layers().get(i);
            String name = "layer." + i;
            String attended = attention(name + ".attention", x.normed, layer, config.attentions().get(i));
            String before = x.sum;
            if (i == last) {
                attended = pooled.pick(attended);
                before = pooled.pick(before);
            }
            String projected = products.one(graph, name + ".attention_output", attended, layer.attentionOutput());
            Sum between = sum(name + ".attention_sum", projected, before, layer.feedForwardNorm());
            RotaryNorm next = i == last
                    ? weights.finalNorm().orElseThrow()
                    : weights.layers().get(i + 1).attentionNorm().orElseThrow();
            x = sum(name + ".output_sum", feedForward(name, between.normed, layer), between.sum, next);
        }
        return x.normed;
    }

    /** Self-attention up to, but without, its output layer. */
    private String attention(String name, String reads, RotaryLayer layer, RotaryAttention how) {
        List<String> parts = products.each(graph, reads, List.of(Map.entry(name + ".query", layer.query()),
                Map.entry(name + ".key", layer.key()), Map.entry(name + ".value", layer.value())));
        String query = positions.turn(parts.get(0), how.theta());
        String key = positions.turn(parts.get(1), how.theta());
        // A window that leaves nothing out is none.
        if (how.reach() >= config.maxTokens() - 1) return attention.add(name, query, key, parts.get(2), "");
        return windows
                .computeIfAbsent(how.reach(), reach -> new LocalAttention(attention, reach, config.hidden(), config.maxTokens()))
                .add(name, query, key, parts.get(2));
    }

    private String feedForward(String layerName, String reads, RotaryLayer layer) {
        String name = layerName + ".feed_forward";
        List<String> parts = products.each(graph, reads,
                List.of(Map.entry(name + ".activated", layer.activated()), Map.entry(name + ".gate", layer.gate())));
        String active = switch (config.activation()) {
            case GELU -> graph.microsoft(name + ".gelu", "Gelu", List.of(parts.get(0)));
            // With this factor it is SiLU.
            case SILU -> graph.microsoft(name + ".silu", "QuickGelu", List.of(parts.get(0)), AttributeProto.of("alpha", 1f));
        };
        String gated = graph.onnx(name, "Mul", List.of(active, parts.get(1)));
        return products.uneven(graph, name + ".down", gated, layer.down());
    }

    /** Names of a sum and of its layer norm; nothing reads the sum where norms come after their layers, and it is not made. */
    private record Sum(String sum, String normed) {}

    private Sum sum(String name, String product, String before, RotaryNorm norm) {
        String sum = name + ".sum";
        graph.node(new NodeProto(name, NodeProto.MICROSOFT, "SkipLayerNormalization", normed(name, norm, product, before),
                weights.finalNorm().isPresent() ? List.of(name, "", "", sum) : List.of(name),
                List.of(AttributeProto.of("epsilon", config.epsilon()))));
        return new Sum(sum, name);
    }

    /** The norm of each token's vector, that of its type added where there are types. */
    private String embed() {
        wholeInput(EncoderGraph.IDS);
        wholeInput(EncoderGraph.MASK);
        String words = graph.onnx("words.rows", "Gather", List.of(graph.table("words", weights.words()), EncoderGraph.IDS));
        if (weights.tokenTypes().isPresent()) {
            Matrix types = weights.tokenTypes().get();
            String table = graph.table("token_types", types);
            // Where there is but one type, it is that of every token.
            String rows = types.rows() == 1
                    ? table
                    : graph.onnx("token_types.rows", "Gather", List.of(table, wholeInput(EncoderGraph.TYPES)));
            words = graph.onnx("typed_words", "Add", List.of(words, rows));
        }
        return graph.onnx("embeddings", "LayerNormalization", normed("embeddings", weights.embeddingNorm(), words),
                AttributeProto.of("axis", -1), AttributeProto.of("epsilon", config.epsilon()));
    }

    /** What an operator of a norm reads: numbers, the scale, and the shift if there is one. */
    private List<String> normed(String name, RotaryNorm norm, String... numbers) {
        List<String> reads = new ArrayList<>(List.of(numbers));
        reads.add(graph.vector(name + ".scale", norm.scale()));
        norm.shift().ifPresent(shift -> reads.add(graph.vector(name + ".shift", shift)));
        return reads;
    }

    private String wholeInput(String name) {
        return graph.input(ValueInfoProto.of(name, ElementType.INT64, "batch", "sequence"));
    }

    /** The tokens of each text before its padding, int32 [batch]. */
    private void lengths() {
        String sums = graph.onnx("long_lengths", "ReduceSum",
                List.of(EncoderGraph.MASK, graph.longs("lengths.axis", List.of(1L), 1)), AttributeProto.of("keepdims", 0));
        graph.onnx(attention.padding().lengths(), "Cast", List.of(sums), AttributeProto.of("to", ElementType.INT32.code()));
    }
}
