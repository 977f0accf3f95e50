package io.semanticsearch.embedding.local;

import io.semanticsearch.onnx.ElementType;
import io.semanticsearch.onnx.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;

/** What an encoder's graph is given, by the names that exports use. Texts are padded on the right. */
enum EncoderInput {
    /** The tokens. */
    IDS("input_ids"),
    /** 1 for a token, 0 for padding. */
    MASK("attention_mask"),
    /** Always 0: a text alone is the first of a pair. */
    TYPES("token_type_ids"),
    /** 0, 1, 2, … */
    POSITIONS("position_ids"),
    /** What a decoder computed for earlier tokens: nothing. */
    PAST("past_key_values"),
    /** Whether a decoder's graph with two branches goes the one with a past: it does not. */
    USE_PAST("use_cache_branch");

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final int PAST_SEQUENCE_AXIS = 2;

    private final String wireName;

    EncoderInput(String wireName) {
        this.wireName = wireName;
    }

    /** The meaning of a graph's input; empty where nothing here knows what to give it. */
    static Optional<EncoderInput> of(TensorInfo info) {
        boolean whole = info.type() == ElementType.INT64 || info.type() == ElementType.INT32;
        for (EncoderInput input : values()) {
            boolean fits = switch (input) {
                case IDS, MASK, TYPES, POSITIONS -> whole && info.shape().size() == 2 && info.name().equals(input.wireName);
                case PAST -> info.shape().size() == 4 && info.name().startsWith(input.wireName + ".");
                case USE_PAST -> info.type() == ElementType.BOOL && info.name().equals(input.wireName);
            };
            if (fits) return Optional.of(input);
        }
        return Optional.empty();
    }

    /**
     * Writes it.
     *
     * @param info what the graph says of it
     * @param memory gives the input's memory, of a shape
     * @param rows token ids, none longer than {@code length}
     * @param padding id of the token that fills up
     */
    void write(TensorInfo info, Memory memory, List<int[]> rows, int length, int padding) {
        switch (this) {
            case IDS, MASK, TYPES, POSITIONS -> {
                MemorySegment target = memory.of(rows.size(), length);
                boolean wide = info.type() == ElementType.INT64;
                long at = 0;
                for (int[] ids : rows) {
                    for (int t = 0; t < length; t++, at++) {
                        int value = value(ids, t, padding);
                        if (wide) {
                            target.setAtIndex(LONG, at, value);
                        } else {
                            target.setAtIndex(INT, at, value);
                        }
                    }
                }
            }
            case PAST -> memory.of(pastShape(info, rows.size()));
            case USE_PAST -> memory.of(1).fill((byte) 0);
        }
    }

    /** Where an input is written. */
    @FunctionalInterface
    interface Memory {

        MemorySegment of(long... shape);
    }

    private int value(int[] ids, int position, int padding) {
        boolean token = position < ids.length;
        return switch (this) {
            case IDS -> token ? ids[position] : padding;
            case MASK -> token ? 1 : 0;
            case POSITIONS -> position;
            case TYPES, PAST, USE_PAST -> 0;
        };
    }

    /** [batch, heads, 0, numbers of a head]. */
    private static long[] pastShape(TensorInfo info, int batch) {
        long[] shape = new long[info.shape().size()];
        for (int axis = 0; axis < shape.length; axis++) {
            TensorInfo.Dimension dimension = info.shape().get(axis);
            shape[axis] = axis == 0 ? batch : axis == PAST_SEQUENCE_AXIS ? 0 : dimension.size();
            if (shape[axis] < 0) {
                throw new IllegalArgumentException("input [" + info + "] leaves axis [" + axis + "] open, expected a fixed size");
            }
        }
        return shape;
    }
}
