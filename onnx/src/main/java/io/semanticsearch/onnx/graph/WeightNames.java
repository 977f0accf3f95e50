package io.semanticsearch.onnx.graph;

/**
 * What Hugging Face calls the weights of an encoder, without what a model class puts before all of them ({@code bert.}, {@code roberta.}).
 * Linear layers and norms are named without {@code .weight} and {@code .bias}.
 *
 * @param tokenTypes null where there are none
 * @param layers what comes before the number of a layer
 * @param relativeBias table of relative positions, null where there is none
 */
record WeightNames(String words,
        String positions,
        String tokenTypes,
        String embeddingNorm,
        String layers,
        String query,
        String key,
        String value,
        String attentionOutput,
        String attentionNorm,
        String up,
        String down,
        String outputNorm,
        String relativeBias) {

    static final WeightNames BERT = new WeightNames("embeddings.word_embeddings.weight", "embeddings.position_embeddings.weight",
            "embeddings.token_type_embeddings.weight", "embeddings.LayerNorm", "encoder.layer.", ".attention.self.query",
            ".attention.self.key", ".attention.self.value", ".attention.output.dense", ".attention.output.LayerNorm",
            ".intermediate.dense", ".output.dense", ".output.LayerNorm", null);

    static final WeightNames DISTILBERT = new WeightNames("embeddings.word_embeddings.weight",
            "embeddings.position_embeddings.weight",
            null, "embeddings.LayerNorm", "transformer.layer.", ".attention.q_lin", ".attention.k_lin", ".attention.v_lin",
            ".attention.out_lin", ".sa_layer_norm", ".ffn.lin1", ".ffn.lin2", ".output_layer_norm", null);

    static final WeightNames MPNET = new WeightNames("embeddings.word_embeddings.weight", "embeddings.position_embeddings.weight",
            null,
            "embeddings.LayerNorm", "encoder.layer.", ".attention.attn.q", ".attention.attn.k", ".attention.attn.v",
            ".attention.attn.o",
            ".attention.LayerNorm", ".intermediate.dense", ".output.dense", ".output.LayerNorm",
            "encoder.relative_attention_bias.weight");

    static final String WEIGHT = ".weight";
    static final String BIAS = ".bias";
}
