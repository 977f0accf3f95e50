package io.semanticsearch.onnx.graph;

/**
 * What the weights of an encoder with rotary positions are called, without what a model class puts before all of them. Linear layers and
 * norms are named without {@code .weight} and {@code .bias}. ModernBERT is one of https://github.com/huggingface/transformers; nomic-bert
 * comes with code of its own, {@code modeling_hf_nomic_bert.py}.
 *
 * @param tokenTypes null where there are none
 * @param layers what comes before the number of a layer
 * @param queryKeyValue one linear layer for all three, in this order
 * @param attentionNorm the norm that belongs to attention, before or after it
 * @param activated the linear layer whose outputs are activated
 * @param gate the linear layer that they are multiplied by; the same name where one layer has the outputs of both, the activated ones first
 * @param feedForwardNorm the norm that belongs to the feed-forward layers, before or after them
 * @param finalNorm after the last layer; null where there is none, because norms come after their layers
 */
record RotaryNames(String words,
        String tokenTypes,
        String embeddingNorm,
        String layers,
        String queryKeyValue,
        String attentionOutput,
        String attentionNorm,
        String activated,
        String gate,
        String down,
        String feedForwardNorm,
        String finalNorm) {

    static final RotaryNames NOMIC_BERT = new RotaryNames("embeddings.word_embeddings.weight",
            "embeddings.token_type_embeddings.weight", "emb_ln", "encoder.layers.", ".attn.Wqkv", ".attn.out_proj", ".norm1",
            ".mlp.fc12", ".mlp.fc11", ".mlp.fc2", ".norm2", null);

    static final RotaryNames MODERN_BERT = new RotaryNames("embeddings.tok_embeddings.weight", null, "embeddings.norm", "layers.",
            ".attn.Wqkv", ".attn.Wo", ".attn_norm", ".mlp.Wi", ".mlp.Wi", ".mlp.Wo", ".mlp_norm", "final_norm");

    /** Whether norms come before their layers and have no shift. */
    boolean preNorm() {
        return finalNorm != null;
    }
}
