package io.semanticsearch.onnx;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a model says of one of its inputs or outputs.
 *
 * @param shape a dimension each; empty for a single number
 */
public record TensorInfo(String name, ElementType type, List<Dimension> shape) {

    public TensorInfo {
        shape = List.copyOf(shape);
    }

    /**
     * One dimension.
     *
     * @param size -1 where each call chooses it
     * @param symbol the model's name for a size that calls choose, such as {@code batch}; the same in several places means the same size;
     *        empty if it has none
     */
    public record Dimension(long size, String symbol) {

        public boolean isFixed() {
            return size >= 0;
        }

        @Override
        public String toString() {
            return isFixed() ? Long.toString(size) : symbol.isEmpty() ? "?" : symbol;
        }
    }

    /** As in {@code input_ids: int64 [batch, sequence]}. */
    @Override
    public String toString() {
        return name + ": " + type.name().toLowerCase(Locale.ROOT)
                + shape.stream().map(Dimension::toString).collect(Collectors.joining(", ", " [", "]"));
    }
}
