package io.semanticsearch.tokenizer;

/**
 * How a text is read that spells out a special token, such as a user's text that contains {@code [SEP]}.
 *
 * <p>Concerns only the added tokens that the file marks as special; its other added tokens are always recognised.
 */
public enum SpecialTokensInText {
    /** As plain text: no text can forge the structure that the model was trained on. */
    AS_TEXT,
    /** As the special token itself, the way Hugging Face's own tokenizers read it. */
    RECOGNIZE
}
