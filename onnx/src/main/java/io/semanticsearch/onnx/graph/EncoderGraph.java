package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.AttributeProto;
import io.semanticsearch.onnx.proto.ElementType;
import io.semanticsearch.onnx.proto.GraphProto;
import io.semanticsearch.onnx.proto.NodeProto;
import io.semanticsearch.onnx.proto.ValueInfoProto;
import java.util.List;

/**
 * The fused graph of an encoder: embeddings and their norm; in each layer attention, its output layer, sum and norm, the feed-forward layers,
 * sum and norm; at the end a pooling, if one is asked for. {@link EncoderCompiler} describes its inputs and outputs.
 */
final class EncoderGraph {

    static final String IDS = "input_ids";
    static final String MASK = "attention_mask";
    static final String TYPES = "token_type_ids";
    static final String TOKENS = "last_hidden_state";
    static final String SENTENCE = "sentence_embedding";

    private final GraphBuilder graph;
    private final EncoderConfig config;
    private final EncoderWeights weights;
    private final EncoderOptions options;
    private final LayerKernels kernels;
    private final TokenShapes shapes;

    private EncoderGraph(EncoderConfig config, EncoderWeights weights, EncoderOptions options) {
        this.graph = new GraphBuilder(options.precision().reals());
        this.config = config;
        this.weights = weights;
        this.options = options;
        this.kernels = LayerKernels.of(options);
        this.shapes = new TokenShapes(graph, config.hidden());
    }

    static GraphProto of(EncoderConfig config, EncoderWeights weights, EncoderOptions options) {
        return new EncoderGraph(config, weights, options).build();
    }

    private GraphProto build() {
        Embedded embedded = embed();
        PooledRows pooled = new PooledRows(graph, options, embedded.lengths);
        LayerKernels.AttentionInputs inputs = new LayerKernels.AttentionInputs(
                new MultiHeadAttention(graph, config.heads(), new Padding(graph, embedded.lengths)), relativeBias(), shapes);
        String x = embedded.tokens;
        int last = weights.layers().size() - 1;
        for (int i = 0; i <= last; i++) {
            LayerWeights layer = weights.layers().get(i);
            String name = "layer." + i;
            String attended = kernels.attention(graph, name + ".attention", x, layer, inputs);
            if (i == last) {
                // What comes after attention looks at each token alone: those that are not asked for need not be computed.
                attended = pooled.pick(attended);
                x = pooled.pick(x);
            }
            x = feedForward(name, layer, attended, x);
        }
        // What leaves the graph is fp32, and a sum over many tokens leaves the range of fp16.
        if (half()) x = graph.onnx(x + ".full", "Cast", List.of(x), AttributeProto.of("to", ElementType.FLOAT.code()));
        pooled.output(x, Integer.toString(config.hidden()));
        return graph.build("encoder");
    }

    private String feedForward(String name, LayerWeights layer, String attended, String x) {
        String projected = kernels.multiply(graph, name + ".attention_output", attended, layer.attentionOutput());
        String projectedBias = graph.reals(projected + ".bias", List.of((long) config.hidden()), layer::attentionOutputBias);
        String between = sum(name + ".attention_norm", projected, projectedBias, x, layer.attentionNorm());
        String rows = kernels.flat() ? shapes.rows(between) : between;
        String narrow = kernels.feedForward(graph, name, rows, layer.up(), layer.down());
        String narrowBias = graph.vector(narrow + ".bias", layer.down().bias());
        String sum = sum(name + ".output_norm", narrow, narrowBias, rows, layer.outputNorm());
        return kernels.flat() ? shapes.texts(sum) : sum;
    }

    /** The layer norm of a product, its bias and what came before it. */
    private String sum(String name, String product, String bias, String before, Norm norm) {
        return graph.microsoft(name, "SkipLayerNormalization",
                List.of(product, before, graph.vector(name + ".scale", norm.scale()), graph.vector(name + ".shift", norm.shift()),
                        bias),
                AttributeProto.of("epsilon", config.epsilon()));
    }

    /**
     * @param tokens name of a value [batch, sequence, hidden]
     * @param lengths name of a value int32 [batch]
     */
    private record Embedded(String tokens, String lengths) {}

    private Embedded embed() {
        String ids = wholeInput(IDS);
        String mask = wholeInput(MASK);
        String types = weights.typesToChoose().isPresent() ? wholeInput(TYPES) : "";
        if (half()) {
            HalfEmbeddings embeddings = new HalfEmbeddings(graph, config, weights);
            return new Embedded(embeddings.add(ids, types), embeddings.lengths(mask));
        }
        String lengths = "lengths";
        String words = graph.table("words", weights.words());
        String positions = graph.reals("positions", List.of((long) weights.maxTokens(), (long) config.hidden()),
                weights::positionsOfOneType);
        List<String> reads = List.of(ids, types, words, positions,
                types.isEmpty() ? "" : graph.table("token_types", weights.tokenTypes().orElseThrow()),
                graph.vector("embedding_norm.scale", weights.embeddingNorm().scale()),
                graph.vector("embedding_norm.shift", weights.embeddingNorm().shift()), mask);
        String tokens = graph.node(new NodeProto("embeddings", NodeProto.MICROSOFT, "EmbedLayerNormalization", reads,
                List.of("embeddings", lengths), List.of(AttributeProto.of("epsilon", config.epsilon()))));
        return new Embedded(tokens, lengths);
    }

    /** An input int64 as exports have it, int32 as the fused operators want it. */
    private String wholeInput(String name) {
        graph.input(ValueInfoProto.of(name, ElementType.INT64, "batch", "sequence"));
        return graph.onnx(name + ".int32", "Cast", List.of(name), AttributeProto.of("to", ElementType.INT32.code()));
    }

    private boolean half() {
        return options.precision() == Precision.FP16;
    }

    private String relativeBias() {
        return weights.relativeBias().map(table -> RelativeBias.add(graph, table, weights.maxTokens())).orElse("");
    }
}
