package io.semanticsearch.embedding;

import java.util.Arrays;
import java.util.Locale;

/** What happens to a text of more tokens than the model reads. */
public enum LongText {
    /** The tokens over the limit are left out, and the result says so. */
    TRUNCATE,
    /** The text is read in windows and their vectors are averaged, each weighted by its tokens. */
    MEAN,
    /** The text is refused. */
    ERROR;

    /** The name in definitions. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The choice with this wire name; a {@link EmbeddingException.BadRequest} names the known ones. */
    public static LongText of(String wireName) {
        for (LongText choice : values()) {
            if (choice.wireName().equals(wireName)) return choice;
        }
        throw new EmbeddingException.BadRequest("[" + DefinitionFields.LONG_TEXT + "] is [" + wireName + "], expected one of "
                + Arrays.stream(values()).map(LongText::wireName).toList());
    }
}
