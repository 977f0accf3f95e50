package io.semanticsearch.onnx.graph;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * config.json of ModernBERT, of both generations: https://github.com/huggingface/transformers, {@code
 * models/modernbert/configuration_modernbert.py}.
 */
final class ModernBertConfig {

    private static final String FULL = "full_attention";
    private static final String SLIDING = "sliding_attention";
    private static final String ROPE = "rope_parameters";
    private static final String KINDS = "layer_types";
    private static final String EVERY = "global_attn_every_n_layers";
    private static final String LOCAL_THETA = "local_rope_theta";
    private static final double DEFAULT_GLOBAL_THETA = 160_000;
    private static final double DEFAULT_LOCAL_THETA = 10_000;
    private static final int DEFAULT_EVERY = 3;
    private static final int DEFAULT_WINDOW = 128;
    private static final int DEFAULT_POSITIONS = 8192;
    private static final float DEFAULT_EPSILON = 1e-5f;

    private ModernBertConfig() {}

    static RotaryConfig read(ConfigEntries json) throws KeepsOwnGraphException {
        json.refuseVariants();
        json.refuse("auto_map", "the model comes with code of its own");
        json.refuse("norm_bias", "its norms have biases");
        json.refuse("attention_bias", "its attention has biases");
        json.refuse("mlp_bias", "its feed-forward layers have biases");
        json.refuse("rope_scaling", "its positions are scaled");
        json.expect("hidden_activation", "gelu", "gelu");
        int hidden = json.number("hidden_size", ConfigEntries.MAX_WIDTH);
        int heads = json.number("num_attention_heads", ConfigEntries.MAX_WIDTH);
        RotaryConfig.checkHeads(hidden, heads);
        int positions = json.number("max_position_embeddings", ConfigEntries.MAX_POSITIONS, DEFAULT_POSITIONS);
        return new RotaryConfig(Architecture.MODERN_BERT, hidden, heads,
                json.number("intermediate_size", ConfigEntries.MAX_WIDTH),
                (float) json.real("norm_eps", DEFAULT_EPSILON), Math.min(positions, RotaryConfig.MOST_TOKENS),
                RotaryConfig.Activation.GELU, false,
                attentions(json));
    }

    private static List<RotaryAttention> attentions(ConfigEntries json) throws KeepsOwnGraphException {
        double globalTheta = theta(json, FULL, "global_rope_theta", DEFAULT_GLOBAL_THETA);
        // Written out as null it is that of global attention.
        boolean shared = json.at(LOCAL_THETA).isNull();
        double localTheta = theta(json, SLIDING, LOCAL_THETA, shared ? globalTheta : DEFAULT_LOCAL_THETA);
        RotaryAttention global = new RotaryAttention(globalTheta, RotaryAttention.ALL);
        RotaryAttention local = new RotaryAttention(localTheta,
                json.number("local_attention", ConfigEntries.MAX_POSITIONS, DEFAULT_WINDOW) / 2);
        List<RotaryAttention> attentions = new ArrayList<>();
        for (String kind : kinds(json, json.number("num_hidden_layers", ConfigEntries.MAX_LAYERS))) {
            attentions.add(kind.equals(FULL) ? global : local);
        }
        return attentions;
    }

    /** Of each layer its kind of attention: listed in newer files, counted in older ones. */
    private static List<String> kinds(ConfigEntries json, int layers) throws KeepsOwnGraphException {
        int every = json.number(EVERY, ConfigEntries.MAX_LAYERS, DEFAULT_EVERY);
        List<String> counted = new ArrayList<>();
        for (int i = 0; i < layers; i++) counted.add(i % every == 0 ? FULL : SLIDING);
        if (!json.at(KINDS).isArray()) return counted;
        List<String> listed = new ArrayList<>();
        for (JsonNode kind : json.at(KINDS)) {
            String name = kind.asText();
            if (!name.equals(FULL) && !name.equals(SLIDING))
                throw new KeepsOwnGraphException(
                        "[" + KINDS + "] has a [" + name + "], expected [" + FULL + "] or [" + SLIDING + "]");
            listed.add(name);
        }
        if (listed.size() != layers)
            throw new KeepsOwnGraphException("[" + KINDS + "] has [" + listed.size() + "] entries for [" + layers + "] layers");
        if (!json.at(EVERY).isMissingNode() && !listed.equals(counted))
            throw new KeepsOwnGraphException("[" + KINDS + "] and [" + EVERY + "] say different things");
        return listed;
    }

    private static double theta(ConfigEntries json, String kind, String older, double fallback) throws KeepsOwnGraphException {
        JsonNode rope = json.at(ROPE);
        if (rope.isMissingNode() || rope.isNull()) return json.base(older, fallback);
        if (!rope.path(kind).isObject())
            throw new KeepsOwnGraphException("[" + ROPE + "] has no [" + kind + "]");
        return RotaryConfig.theta(new ConfigEntries(rope.path(kind)), json.base(older, fallback));
    }
}
