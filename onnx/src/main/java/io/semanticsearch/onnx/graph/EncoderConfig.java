package io.semanticsearch.onnx.graph;

/**
 * What config.json says about an encoder, as far as its weights do not.
 *
 * @param intermediate width of the feed-forward layer
 * @param epsilon added to the variance in layer norms
 * @param firstPosition row of the position table that belongs to the first token
 * @param relativeBuckets rows of the table of relative positions, 0 where there is none
 */
record EncoderConfig(Architecture architecture,
        int layers,
        int hidden,
        int heads,
        int intermediate,
        float epsilon,
        int firstPosition,
        int relativeBuckets) implements FamilyConfig {

    private static final float DEFAULT_EPSILON = 1e-12f;
    private static final int DEFAULT_BUCKETS = 32;
    private static final int MAX_BUCKETS = 256;

    static EncoderConfig of(ConfigEntries json, Architecture architecture) throws KeepsOwnGraphException {
        json.refuse("auto_map", "the model comes with code of its own");
        json.refuseVariants();
        json.expect("position_embedding_type", "absolute", "absolute");
        boolean distil = architecture == Architecture.DISTILBERT;
        json.expect(distil ? "activation" : "hidden_act", "gelu", "gelu");
        int hidden = json.number(distil ? "dim" : "hidden_size", ConfigEntries.MAX_WIDTH);
        int heads = json.number(distil ? "n_heads" : "num_attention_heads", ConfigEntries.MAX_WIDTH);
        if (hidden % heads != 0)
            throw new KeepsOwnGraphException("[" + hidden + "] numbers a token cannot be shared by [" + heads + "] heads");
        return new EncoderConfig(architecture, json.number(distil ? "n_layers" : "num_hidden_layers", ConfigEntries.MAX_LAYERS),
                hidden, heads,
                json.number(distil ? "hidden_dim" : "intermediate_size", ConfigEntries.MAX_WIDTH), epsilon(json, architecture),
                firstPosition(json, architecture), relativeBuckets(json, architecture));
    }

    /** DistilBERT's is in its code. */
    private static float epsilon(ConfigEntries json, Architecture architecture) {
        return architecture == Architecture.DISTILBERT
                ? DEFAULT_EPSILON
                : (float) json.at("layer_norm_eps").asDouble(DEFAULT_EPSILON);
    }

    /** MPNet's padding is 1 in its code; the others read it from here. */
    private static int firstPosition(ConfigEntries json, Architecture architecture) throws KeepsOwnGraphException {
        if (!architecture.positionsAfterPadding()) return 0;
        int padding = architecture == Architecture.MPNET ? 1 : json.at("pad_token_id").asInt(1);
        if (padding < 0 || padding > ConfigEntries.MAX_WIDTH)
            throw new KeepsOwnGraphException("[pad_token_id] is [" + padding + "]");
        return padding + 1;
    }

    private static int relativeBuckets(ConfigEntries json, Architecture architecture) throws KeepsOwnGraphException {
        if (architecture.names().relativeBias() == null) return 0;
        int buckets = json.at("relative_attention_num_buckets").asInt(DEFAULT_BUCKETS);
        if (buckets < 4 || buckets > MAX_BUCKETS || buckets % 4 != 0) {
            throw new KeepsOwnGraphException(
                    "[relative_attention_num_buckets] is [" + buckets + "], expected a multiple of 4 up to " + MAX_BUCKETS);
        }
        return buckets;
    }
}
