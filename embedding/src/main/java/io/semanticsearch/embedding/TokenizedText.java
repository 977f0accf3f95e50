package io.semanticsearch.embedding;

import java.util.List;
import java.util.Optional;

/**
 * A text as a model runs it.
 *
 * @param rows token ids, special tokens included, of the text or, where it is read in windows, of each; the arrays are not to be changed
 * @param truncated whether tokens were left out
 * @param decided the embedding of a text that need not be run, because it holds nothing or is refused; then there are no rows
 */
public record TokenizedText(List<int[]> rows, boolean truncated, Optional<Embedding> decided) {

    public TokenizedText {
        rows = List.copyOf(rows);
        if (rows.isEmpty() == decided.isEmpty()) {
            throw new IllegalArgumentException(
                    "a text has [" + rows.size() + "] rows and the decided embedding " + decided + "; expected one or the other");
        }
    }

    /** A text to run. */
    public static TokenizedText of(List<int[]> rows, boolean truncated) {
        return new TokenizedText(rows, truncated, Optional.empty());
    }

    /** A text that need not be run. */
    public static TokenizedText decided(Embedding embedding) {
        return new TokenizedText(List.of(), false, Optional.of(embedding));
    }

    /** Tokens of all rows. */
    public int tokens() {
        return rows.stream().mapToInt(row -> row.length).sum();
    }
}
