package io.semanticsearch.embedding;

import io.semanticsearch.onnx.Cancellation;
import java.util.List;

/**
 * A function whose forward passes take texts of several requests at once. {@link EmbeddingWorkers} puts the passes together out of all
 * that waits; {@link #encodeDocuments} and {@link #encodeQueries} run passes of their own texts on the thread of the caller.
 *
 * <p>A text goes through {@link #tokenize}, {@link #forward} for each of its rows, and {@link #embedding}.
 */
public interface BatchedFunction extends EmbeddingFunction {

    /** Makes of a text the rows that have to be run for it. */
    TokenizedText tokenize(Role role, String text);

    /**
     * Runs rows side by side, padded to the longest.
     *
     * @param rows token ids of a row each, in any number; the caller keeps them within {@link #passTokens}
     * @param alone whether no other pass runs and the processors have little to do, so that it may use several of them
     * @return a vector of each row, not cut and not normalised
     * @throws EmbeddingException.DeadlineExceeded when the cancellation ended it
     */
    List<float[]> forward(List<int[]> rows, Cancellation cancellation, boolean alone);

    /** On how many threads {@link #forward} runs rows that are alone, 1 or more. */
    int threadsAlone();

    /**
     * Makes the embedding of a text.
     *
     * @param vectors what {@link #forward} gave for each row of the text
     */
    Embedding embedding(TokenizedText text, List<float[]> vectors);

    /** How many tokens a pass should have, padding included: more make no token cheaper. */
    int passTokens();

    @Override
    default List<Embedding> encodeDocuments(List<String> texts) {
        return ForwardPasses.encode(this, Role.DOCUMENT, texts);
    }

    @Override
    default List<Embedding> encodeQueries(List<String> texts) {
        return ForwardPasses.encode(this, Role.QUERY, texts);
    }
}
