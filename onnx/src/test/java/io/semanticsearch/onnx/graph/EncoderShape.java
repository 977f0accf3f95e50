package io.semanticsearch.onnx.graph;

/**
 * The dimensions of an encoder that tests and measurements make up.
 *
 * @param modelType {@code model_type} of config.json
 * @param positionRows rows of the position table, those of padding included
 * @param tokenTypes rows of that table; 0 for none
 */
public record EncoderShape(Architecture architecture,
        String modelType,
        int layers,
        int hidden,
        int heads,
        int intermediate,
        int vocabulary,
        int positionRows,
        int tokenTypes,
        float epsilon) {

    static final int BUCKETS = 32;

    public static EncoderShape miniLm() {
        return new EncoderShape(Architecture.BERT, "bert", 6, 384, 12, 1536, 30522, 512, 2, 1e-12f);
    }

    public static EncoderShape bertBase() {
        return new EncoderShape(Architecture.BERT, "bert", 12, 768, 12, 3072, 30522, 512, 2, 1e-12f);
    }

    static EncoderShape robertaBase() {
        return new EncoderShape(Architecture.ROBERTA, "roberta", 12, 768, 12, 3072, 50265, 514, 1, 1e-5f);
    }

    static EncoderShape xlmRobertaBase() {
        return new EncoderShape(Architecture.XLM_ROBERTA, "xlm-roberta", 12, 768, 12, 3072, 250002, 514, 1, 1e-5f);
    }

    static EncoderShape distilBert() {
        return new EncoderShape(Architecture.DISTILBERT, "distilbert", 6, 768, 12, 3072, 30522, 512, 0, 1e-12f);
    }

    static EncoderShape mpnetBase() {
        return new EncoderShape(Architecture.MPNET, "mpnet", 12, 768, 12, 3072, 30527, 514, 0, 1e-5f);
    }

    public static EncoderShape nomicBert() {
        return new EncoderShape(Architecture.NOMIC_BERT, "nomic_bert", 12, 768, 12, 3072, 30528, 8192, 2, 1e-12f);
    }

    public static EncoderShape modernBert() {
        return new EncoderShape(Architecture.MODERN_BERT, "modernbert", 22, 768, 12, 1152, 50368, 8192, 0, 1e-5f);
    }

    public static EncoderShape of(Architecture architecture) {
        return switch (architecture) {
            case BERT -> miniLm();
            case ROBERTA -> robertaBase();
            case XLM_ROBERTA -> xlmRobertaBase();
            case DISTILBERT -> distilBert();
            case MPNET -> mpnetBase();
            case NOMIC_BERT -> nomicBert();
            case MODERN_BERT -> modernBert();
        };
    }

    /** The same kind of encoder, small enough for a test. */
    public EncoderShape small() {
        return new EncoderShape(architecture, modelType, 3, 96, 4, 256, 211, firstPosition() + 150, tokenTypes, epsilon);
    }

    public EncoderShape vocabulary(int size) {
        return new EncoderShape(architecture, modelType, layers, hidden, heads, intermediate, size, positionRows, tokenTypes,
                epsilon);
    }

    public EncoderShape layers(int count) {
        return new EncoderShape(architecture, modelType, count, hidden, heads, intermediate, vocabulary, positionRows, tokenTypes,
                epsilon);
    }

    int padding() {
        return architecture.positionsAfterPadding() ? 1 : 0;
    }

    int firstPosition() {
        return architecture.positionsAfterPadding() ? padding() + 1 : 0;
    }

    int maxTokens() {
        return positionRows - firstPosition();
    }

    boolean relative() {
        return architecture == Architecture.MPNET;
    }

    /** Tokens that local attention looks at, half of them on either side. */
    int window() {
        return positionRows < 1000 ? 20 : 128;
    }

    String configJson() {
        if (architecture == Architecture.NOMIC_BERT) {
            return """
                    {"model_type": "%s", "auto_map": {"AutoModel": "nomic-ai/nomic-bert-2048--modeling_hf_nomic_bert.NomicBertModel"},
                     "activation_function": "swiglu", "n_embd": %s, "n_inner": %s, "n_head": %s, "n_layer": %s, "n_positions": %s,
                     "max_trained_positions": 2048, "vocab_size": %s, "type_vocab_size": %s, "layer_norm_epsilon": %s,
                     "rotary_emb_base": 1000, "rotary_emb_fraction": 1.0, "rotary_emb_interleaved": false, "rotary_emb_scale_base": null,
                     "rotary_scaling_factor": null, "prenorm": false, "qkv_proj_bias": false, "mlp_fc1_bias": false,
                     "mlp_fc2_bias": false, "use_rms_norm": false, "causal": false, "moe_every_n_layers": 0}
                    """
                    .formatted(modelType, hidden, intermediate, heads, layers, positionRows, vocabulary, tokenTypes, epsilon);
        }
        if (architecture == Architecture.MODERN_BERT) {
            return """
                    {"model_type": "%s", "hidden_activation": "gelu", "hidden_size": %s, "intermediate_size": %s,
                     "num_attention_heads": %s, "num_hidden_layers": %s, "max_position_embeddings": %s, "vocab_size": %s, "norm_eps": %s,
                     "global_attn_every_n_layers": 3, "local_attention": %s, "global_rope_theta": 160000.0, "local_rope_theta": 10000.0,
                     "norm_bias": false, "attention_bias": false, "mlp_bias": false, "position_embedding_type": "absolute"}
                    """
                    .formatted(modelType, hidden, intermediate, heads, layers, positionRows, vocabulary, epsilon, window());
        }
        if (architecture == Architecture.DISTILBERT) {
            return """
                    {"model_type": "%s", "activation": "gelu", "dim": %s, "hidden_dim": %s, "n_heads": %s, "n_layers": %s,
                     "max_position_embeddings": %s, "pad_token_id": 0, "vocab_size": %s, "sinusoidal_pos_embds": false}
                    """.formatted(modelType, hidden, intermediate, heads, layers, positionRows, vocabulary);
        }
        return """
                {"model_type": "%s", "hidden_act": "gelu", "hidden_size": %s, "intermediate_size": %s, "num_attention_heads": %s,
                 "num_hidden_layers": %s, "max_position_embeddings": %s, "pad_token_id": %s, "vocab_size": %s, "type_vocab_size": %s,
                 "layer_norm_eps": %s, "relative_attention_num_buckets": %s, "position_embedding_type": "absolute"}
                """
                .formatted(modelType, hidden, intermediate, heads, layers, positionRows, padding(), vocabulary, tokenTypes,
                        epsilon,
                        BUCKETS);
    }
}
