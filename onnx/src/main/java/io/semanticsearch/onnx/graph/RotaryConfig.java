package io.semanticsearch.onnx.graph;

import java.util.List;

/**
 * What config.json says about an encoder with rotary positions, as far as its weights do not.
 *
 * @param intermediate width of the feed-forward layers
 * @param epsilon added to the variance in layer norms
 * @param maxTokens the most tokens of a text; nothing but attention, which grows with their square, depends on it
 * @param activation of the feed-forward layers
 * @param tokenTypes whether there is a table of types of tokens
 * @param attentions of each layer
 */
record RotaryConfig(Architecture architecture,
        int hidden,
        int heads,
        int intermediate,
        float epsilon,
        int maxTokens,
        Activation activation,
        boolean tokenTypes,
        List<RotaryAttention> attentions) implements FamilyConfig {

    enum Activation {
        /** Of the whole normal distribution, not of the tanh near it. */
        GELU,
        /** {@code x / (1 + exp(-x))}. */
        SILU
    }

    /** What published models of these families were made for; sines of more positions would only take memory. */
    static final int MOST_TOKENS = 8192;

    RotaryConfig {
        attentions = List.copyOf(attentions);
    }

    static RotaryConfig of(ConfigEntries json, Architecture architecture) throws KeepsOwnGraphException {
        return architecture == Architecture.MODERN_BERT ? ModernBertConfig.read(json) : NomicBertConfig.read(json);
    }

    /** Each head turns a part of a token's numbers, in pairs. */
    static void checkHeads(int hidden, int heads) throws KeepsOwnGraphException {
        if (hidden % heads != 0)
            throw new KeepsOwnGraphException("[" + hidden + "] numbers a token cannot be shared by [" + heads + "] heads");
        if (hidden / heads % 2 != 0) {
            throw new KeepsOwnGraphException(
                    "a head has [" + hidden / heads + "] numbers, expected an even number, which can be turned in pairs");
        }
    }

    /** The base of the wavelengths in newer files, which can say much more. */
    static double theta(ConfigEntries ropeParameters, double absent) throws KeepsOwnGraphException {
        ropeParameters.expect("rope_type", "default", "default");
        double turned = ropeParameters.real("partial_rotary_factor", 1);
        if (turned != 1) throw new KeepsOwnGraphException("[partial_rotary_factor] is [" + turned + "], expected [1.0]");
        return ropeParameters.base("rope_theta", absent);
    }

    @Override
    public int layers() {
        return attentions.size();
    }

    /** Numbers of a token that a head reads. */
    int headWidth() {
        return hidden / heads;
    }
}
