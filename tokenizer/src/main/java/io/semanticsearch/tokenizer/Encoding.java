package io.semanticsearch.tokenizer;

/**
 * A text as a model takes it: entry {@code i} of each array belongs to token {@code i}. The arrays are not copied and not to be
 * changed.
 *
 * @param ids      int32 [tokens], positions in the vocabulary
 * @param typeIds  int32 [tokens], which of the two texts of a pair a token belongs to, as the file's post-processor says
 * @param starts   int32 [tokens], index of the first UTF-16 char in the original text; 0 for a special token
 * @param ends     int32 [tokens], index after the last UTF-16 char in the original text; 0 for a special token
 * @param special  [tokens], true for a token that the post-processor put in
 * @param total    how many tokens there were before truncation, special ones included; exact up to 16384 tokens beyond the limit,
 *                 for longer texts at least this many, so that the work for a text is bounded
 */
public record Encoding(int[] ids, int[] typeIds, int[] starts, int[] ends, boolean[] special, int total) {

    public Encoding {
        int tokens = ids.length;
        if (typeIds.length != tokens || starts.length != tokens || ends.length != tokens || special.length != tokens) {
            throw new IllegalArgumentException(
                    "an encoding of [" + tokens + "] ids has [" + typeIds.length + "] type ids, [" + starts.length + "] starts, ["
                            + ends.length + "] ends and [" + special.length + "] special flags; expected equal lengths");
        }
        if (total < tokens) {
            throw new IllegalArgumentException(
                    "an encoding of [" + tokens + "] ids says it was cut from [" + total + "]; expected no fewer");
        }
    }

    /** Whether the text had more tokens than were kept; always right, however long the text. */
    public boolean truncated() {
        return total > ids.length;
    }
}
