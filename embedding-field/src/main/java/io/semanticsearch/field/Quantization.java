package io.semanticsearch.field;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.apache.lucene.util.quantization.QuantizedByteVectorValues.ScalarEncoding;

/**
 * How many bits of each number of a vector the graph is searched with. The float32 numbers stay beside them on disk, to be merged from and
 * to compare the best candidates again; memory is needed for the bits alone.
 */
public enum Quantization {
    /** The numbers themselves, 32 bits. */
    NONE(null),
    /** 8 bits. */
    INT8(ScalarEncoding.UNSIGNED_BYTE),
    /** 4 bits. */
    INT4(ScalarEncoding.PACKED_NIBBLE),
    /** 1 bit, compared with 4 bits of what is looked for. */
    BINARY(ScalarEncoding.SINGLE_BIT_QUERY_NIBBLE);

    /** The fewest dimensions whose signs alone tell near from far. */
    static final int BINARY_DIMENSION = 256;

    private final Optional<ScalarEncoding> encoding;

    Quantization(ScalarEncoding encoding) {
        this.encoding = Optional.ofNullable(encoding);
    }

    /** Lucene's encoding; empty for {@link #NONE}. */
    Optional<ScalarEncoding> encoding() {
        return encoding;
    }

    /** The name in mappings: {@code none}, {@code int8}, {@code int4}, {@code binary}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return wireName();
    }

    public static Quantization of(Object wireName) {
        for (Quantization quantization : values()) {
            if (quantization.wireName().equals(wireName)) return quantization;
        }
        throw new IllegalArgumentException("unknown [quantization] [" + wireName + "]; expected one of "
                + Arrays.stream(values()).map(Quantization::wireName).toList());
    }

    /** @throws IllegalArgumentException where vectors of this many dimensions would hardly be told apart */
    void check(int dimension) {
        if (this == BINARY && dimension < BINARY_DIMENSION) {
            throw new IllegalArgumentException("[quantization] is [binary] for vectors of [" + dimension
                    + "] dimensions; one bit a dimension tells too little below [" + BINARY_DIMENSION
                    + "], use [int4] or [int8]");
        }
    }
}
