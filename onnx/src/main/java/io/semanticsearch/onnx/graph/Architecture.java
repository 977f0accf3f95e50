package io.semanticsearch.onnx.graph;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Families of encoders with the same computation: https://github.com/huggingface/transformers, {@code src/transformers/models}. */
public enum Architecture {
    BERT(WeightNames.BERT, false), ROBERTA(WeightNames.BERT, true), XLM_ROBERTA(WeightNames.BERT, true), DISTILBERT(
            WeightNames.DISTILBERT,
            false), MPNET(WeightNames.MPNET, true), NOMIC_BERT(RotaryNames.NOMIC_BERT), MODERN_BERT(RotaryNames.MODERN_BERT);

    private final WeightNames names;
    private final RotaryNames rotaryNames;
    private final boolean positionsAfterPadding;

    Architecture(WeightNames names, boolean positionsAfterPadding) {
        this.names = names;
        this.rotaryNames = null;
        this.positionsAfterPadding = positionsAfterPadding;
    }

    Architecture(RotaryNames names) {
        this.names = null;
        this.rotaryNames = names;
        this.positionsAfterPadding = false;
    }

    /** Whether attention turns queries and keys by their positions, instead of a table of positions that is added to the tokens. */
    boolean rotary() {
        return rotaryNames != null;
    }

    /** What it can be compiled to. */
    public Set<Precision> precisions() {
        return rotary() ? EnumSet.of(Precision.FP32, Precision.INT8) : EnumSet.allOf(Precision.class);
    }

    /**
     * Whether {@link EncoderOptions#shortPasses} makes another graph: in int8, where attention knows nothing of positions, one operator can do all
     * of it.
     */
    public boolean differsForShortPasses(Precision precision) {
        return precision == Precision.INT8 && !rotary() && this != MPNET;
    }

    /** Of an encoder with a table of positions; null for others. */
    WeightNames names() {
        return names;
    }

    /** Of a {@link #rotary} encoder; null for others. */
    RotaryNames rotaryNames() {
        return rotaryNames;
    }

    /**
     * Whether the first token has not position 0 but the one after the padding token's id: the rows of the position table up to there belong
     * to padding.
     */
    boolean positionsAfterPadding() {
        return positionsAfterPadding;
    }

    /** @param modelType {@code model_type} of config.json */
    static Optional<Architecture> of(String modelType) {
        return switch (modelType) {
            case "bert" -> Optional.of(BERT);
            // Camembert is RoBERTa under another name.
            case "roberta", "camembert" -> Optional.of(ROBERTA);
            case "xlm-roberta" -> Optional.of(XLM_ROBERTA);
            case "distilbert" -> Optional.of(DISTILBERT);
            case "mpnet" -> Optional.of(MPNET);
            case "nomic_bert" -> Optional.of(NOMIC_BERT);
            case "modernbert" -> Optional.of(MODERN_BERT);
            default -> Optional.empty();
        };
    }
}
