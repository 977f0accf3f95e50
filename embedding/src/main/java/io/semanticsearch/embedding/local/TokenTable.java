package io.semanticsearch.embedding.local;

import io.semanticsearch.onnx.safetensors.Safetensors;

/**
 * The rows of a static model, [rows, dimension], in the precision of its file. Immutable and safe for many threads; reads memory that
 * belongs to a {@link Safetensors}.
 *
 * <p>Each form first copies a row into an array and then adds it in a plain loop over two arrays: the compiler turns that into vector
 * instructions, which it does not for reads straight from a memory segment (measured on Java 25: 4 to 10 times slower).
 */
sealed interface TokenTable permits FloatRows, HalfRows, BrainFloatRows, ByteRows {

    /** How many rows there are. */
    int rows();

    /** Numbers in a row. */
    int dimension();

    /**
     * Adds weighted rows: {@code into[d] += weights[i] * row(rows[i])[d]}.
     *
     * @param rows each below {@link #rows()}
     * @param weights one a row
     * @param count how many of {@code rows} and {@code weights} to take
     * @param into at most {@link #dimension()} numbers; a shorter one takes the first numbers of each row
     */
    void add(int[] rows, float[] weights, int count, float[] into);
}
