package io.semanticsearch.onnx.graph;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;

/**
 * config.json of nomic-bert: with the keys and defaults of {@code configuration_hf_nomic_bert.py} in
 * https://huggingface.co/nomic-ai/nomic-bert-2048, which are those of GPT-2 and some more, or with those of
 * https://github.com/huggingface/transformers, {@code models/nomic_bert/configuration_nomic_bert.py}, which are BERT's.
 */
final class NomicBertConfig {

    /** The width of the feed-forward layers is rounded up to a multiple of it. */
    private static final int WIDTH_UNIT = 256;
    private static final int DEFAULT_POSITIONS = 2048;
    private static final double DEFAULT_BASE = 10_000;
    private static final float DEFAULT_EPSILON = 1e-5f;
    private static final float NEWER_DEFAULT_EPSILON = 1e-12f;
    private static final String CODE = "modeling_hf_nomic_bert.NomicBertModel";

    private NomicBertConfig() {}

    static RotaryConfig read(ConfigEntries json) throws KeepsOwnGraphException {
        json.refuseVariants();
        return json.at("n_embd").isMissingNode() && json.at("hidden_size").isInt() ? newer(json) : older(json);
    }

    private static RotaryConfig newer(ConfigEntries json) throws KeepsOwnGraphException {
        json.refuse("auto_map", "the model comes with code of its own");
        json.refuse("attention_bias", "its attention has biases");
        json.expect("hidden_act", "silu", "gelu");
        int hidden = json.number("hidden_size", ConfigEntries.MAX_WIDTH);
        int heads = json.number("num_attention_heads", ConfigEntries.MAX_WIDTH);
        RotaryConfig.checkHeads(hidden, heads);
        json.expect("num_key_value_heads", Integer.toString(heads), Integer.toString(heads));
        json.expect("head_dim", Integer.toString(hidden / heads), Integer.toString(hidden / heads));
        double theta = RotaryConfig.theta(new ConfigEntries(json.at("rope_parameters")), DEFAULT_BASE);
        int positions = json.number("max_position_embeddings", ConfigEntries.MAX_POSITIONS, DEFAULT_POSITIONS);
        return new RotaryConfig(Architecture.NOMIC_BERT, hidden, heads,
                json.number("intermediate_size", ConfigEntries.MAX_WIDTH),
                (float) json.real("layer_norm_eps", NEWER_DEFAULT_EPSILON), Math.min(positions, RotaryConfig.MOST_TOKENS),
                RotaryConfig.Activation.SILU, types(json),
                Collections.nCopies(json.number("num_hidden_layers", ConfigEntries.MAX_LAYERS),
                        new RotaryAttention(theta, RotaryAttention.ALL)));
    }

    private static RotaryConfig older(ConfigEntries json) throws KeepsOwnGraphException {
        checkVariant(json);
        int hidden = json.number("n_embd", ConfigEntries.MAX_WIDTH);
        int heads = json.number("n_head", ConfigEntries.MAX_WIDTH);
        RotaryConfig.checkHeads(hidden, heads);
        json.expect("num_heads_kv", Integer.toString(heads), Integer.toString(heads));
        int inner = json.number("n_inner", ConfigEntries.MAX_WIDTH);
        int intermediate = (inner + WIDTH_UNIT - 1) / WIDTH_UNIT * WIDTH_UNIT;
        RotaryAttention attention = new RotaryAttention(json.base("rotary_emb_base", DEFAULT_BASE), RotaryAttention.ALL);
        return new RotaryConfig(Architecture.NOMIC_BERT, hidden, heads, intermediate,
                (float) json.real("layer_norm_epsilon", DEFAULT_EPSILON), maxTokens(json), RotaryConfig.Activation.SILU,
                types(json),
                Collections.nCopies(json.number("n_layer", ConfigEntries.MAX_LAYERS), attention));
    }

    private static void checkVariant(ConfigEntries json) throws KeepsOwnGraphException {
        // It is what is computed here; other code of the same model type may compute something else.
        JsonNode code = json.at("auto_map").path("AutoModel");
        if (code.isTextual() && !code.textValue().endsWith(CODE)) {
            throw new KeepsOwnGraphException("[auto_map.AutoModel] is [" + code.textValue() + "], expected [" + CODE
                    + "]: the model comes with code of its own");
        }
        json.refuse("moe_every_n_layers", "some layers are mixtures of experts");
        json.refuse("prenorm", "norms come before its layers");
        json.refuse("parallel_block", "attention and feed-forward layers read the same numbers");
        json.refuse("use_rms_norm", "its norms do not center");
        json.refuse("norm_mlp", "its feed-forward layers have a norm inside");
        json.refuse("causal", "it is a decoder");
        json.refuse("rotary_emb_interleaved", "it turns neighbouring numbers, not halves");
        json.refuse("rotary_emb_scale_base", "its rotation fades with distance");
        json.refuse("rotary_head_dim", "it turns by the number of the head");
        json.expect("activation_function", "swiglu", "gelu_new");
        for (String bias : new String[]{"qkv_proj_bias", "mlp_fc1_bias", "mlp_fc2_bias"}) json.expect(bias, "false", "true");
        double fraction = json.real("rotary_emb_fraction", 0);
        if (fraction != 1) throw new KeepsOwnGraphException("[rotary_emb_fraction] is [" + fraction + "], expected [1.0]");
    }

    private static boolean types(ConfigEntries json) {
        return json.at("type_vocab_size").asInt(2) > 0;
    }

    /** With a scaling factor longer texts get other wavelengths, each length its own; up to the trained length all have the same. */
    private static int maxTokens(ConfigEntries json) throws KeepsOwnGraphException {
        int positions = json.number("n_positions", ConfigEntries.MAX_POSITIONS, DEFAULT_POSITIONS);
        if (json.at("rotary_scaling_factor").asDouble(0) != 0) {
            positions = Math.min(positions,
                    json.number("max_trained_positions", ConfigEntries.MAX_POSITIONS, DEFAULT_POSITIONS));
        }
        return Math.min(positions, RotaryConfig.MOST_TOKENS);
    }
}
