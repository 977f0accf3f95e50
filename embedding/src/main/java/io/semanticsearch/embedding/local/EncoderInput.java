package io.semanticsearch.embedding.local;

import io.semanticsearch.onnx.ElementType;
import io.semanticsearch.onnx.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
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
                // A row at a time: a loop over segments that writes number by number is compiled, given up and compiled again by the JVM
                // for as long as a model is at work, which takes a tenth of a processor (Temurin 25).
                long at = 0;
                for (int[] ids : rows) {
                    int[] row = row(ids, length, padding);
                    at += info.type() == ElementType.INT64 ? copyWide(row, target, at) : copy(row, target, at);
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

    private int[] row(int[] ids, int length, int padding) {
        int[] row = new int[length];
        switch (this) {
            case IDS -> {
                System.arraycopy(ids, 0, row, 0, ids.length);
                Arrays.fill(row, ids.length, length, padding);
            }
            case MASK -> Arrays.fill(row, 0, ids.length, 1);
            case POSITIONS -> Arrays.setAll(row, position -> position);
            case TYPES, PAST, USE_PAST -> {
            }
        }
        return row;
    }

    /** Gives how many bytes it wrote. */
    private static long copy(int[] row, MemorySegment target, long at) {
        MemorySegment.copy(row, 0, target, INT, at, row.length);
        return (long) row.length * Integer.BYTES;
    }

    private static long copyWide(int[] row, MemorySegment target, long at) {
        long[] wide = new long[row.length];
        for (int t = 0; t < row.length; t++) wide[t] = row[t];
        MemorySegment.copy(wide, 0, target, LONG, at, wide.length);
        return (long) wide.length * Long.BYTES;
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
