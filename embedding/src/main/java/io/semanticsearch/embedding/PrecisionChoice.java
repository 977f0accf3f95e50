package io.semanticsearch.embedding;

import java.util.Arrays;
import java.util.Locale;

/** How exactly a transformer is to compute. */
public enum PrecisionChoice {
    /** On a CPU {@link #INT8}, on a graphics processor fp16, where their vectors stay close to those of the original, else {@link #FP32}. */
    AUTO,
    /** In 32-bit floating point, as the model was published. */
    FP32,
    /** With the matrices of its layers in 8 bits: about three times as fast on a CPU, and for nothing else. */
    INT8;

    /** The name in definitions. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The choice with this wire name; a {@link EmbeddingException.BadRequest} names the known ones. */
    public static PrecisionChoice of(String wireName) {
        for (PrecisionChoice choice : values()) {
            if (choice.wireName().equals(wireName)) return choice;
        }
        throw new EmbeddingException.BadRequest("[precision] is [" + wireName + "], expected one of "
                + Arrays.stream(values()).map(PrecisionChoice::wireName).toList());
    }
}
