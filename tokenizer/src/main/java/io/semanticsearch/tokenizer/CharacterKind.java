package io.semanticsearch.tokenizer;

/**
 * The questions that Hugging Face's BERT code asks about a code point, answered as it answers them: for every code point the
 * same, although its tables are of Unicode 8 and those of the Java runtime are newer.
 */
final class CharacterKind {

    private static final int MARKS = 1 << Character.NON_SPACING_MARK | 1 << Character.COMBINING_SPACING_MARK
            | 1 << Character.ENCLOSING_MARK;
    private static final int PUNCTUATION = 1 << Character.CONNECTOR_PUNCTUATION | 1 << Character.DASH_PUNCTUATION
            | 1 << Character.START_PUNCTUATION | 1 << Character.END_PUNCTUATION | 1 << Character.INITIAL_QUOTE_PUNCTUATION
            | 1 << Character.FINAL_QUOTE_PUNCTUATION | 1 << Character.OTHER_PUNCTUATION;
    private static final int CONTROL = 1 << Character.CONTROL | 1 << Character.FORMAT | 1 << Character.PRIVATE_USE;

    private CharacterKind() {}

    /** Unicode's White_Space: unlike {@link Character#isWhitespace} with no-break spaces and without U+001C to U+001F. */
    static boolean isWhitespace(int c) {
        if (c < 0x80) return c == ' ' || c >= '\t' && c <= '\r';
        return c == 0x85 || c == 0xA0 || c == 0x1680 || c >= 0x2000 && c <= 0x200A || c == 0x2028 || c == 0x2029 || c == 0x202F
                || c == 0x205F || c == 0x3000;
    }

    /** What cleaning drops; tab and line ends are white space instead. Unassigned code points stay. */
    static boolean isControl(int c) {
        if (c == '\t' || c == '\n' || c == '\r') return false;
        return in(CONTROL, c) && !UnicodeSince8.CONTROL.contains(c);
    }

    static boolean isPunctuation(int c) {
        if (c < 0x80) return c > ' ' && c < 0x7F && !(c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z');
        // these two were punctuation in Unicode 8: Canadian syllabics chi sign, Sharada sandhi mark
        return in(PUNCTUATION, c) && !UnicodeSince8.PUNCTUATION.contains(c) || c == 0x166D || c == 0x111C9;
    }

    /** What stripping accents drops after decomposition. */
    static boolean isNonSpacingMark(int c) {
        // these two were non-spacing in Unicode 8: Hanunoo pamudpod, Ahom medial ra
        return Character.getType(c) == Character.NON_SPACING_MARK && !UnicodeSince8.MARK.contains(c) || c == 0x1734
                || c == 0x1171E;
    }

    /** Any mark, spacing or not. */
    static boolean isMark(int c) {
        return in(MARKS, c);
    }

    /** Any mark that a normalizer of its own drops; the two signs of Vedic were marks in Unicode 9. */
    static boolean isStrippedMark(int c) {
        return isMark(c) && !UnicodeSince8.ANY_MARK.contains(c) || c == 0x1CF2 || c == 0x1CF3;
    }

    /** The ideographs that BERT sets apart; extension E begins at 2B920 and not at 2B820, as in the original code. */
    static boolean isIdeograph(int c) {
        return c >= 0x4E00 && c <= 0x9FFF || c >= 0x3400 && c <= 0x4DBF || c >= 0xF900 && c <= 0xFAFF
                || c >= 0x20000 && c <= 0x2A6DF
                || c >= 0x2A700 && c <= 0x2B73F || c >= 0x2B740 && c <= 0x2B81F || c >= 0x2B920 && c <= 0x2CEAF
                || c >= 0x2F800 && c <= 0x2FA1F;
    }

    /** What {@code \w} means in a regular expression of a tokenizer.json. */
    static boolean isWord(int c) {
        if (c < 0x80) return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '_';
        return Character.isAlphabetic(c) || c == 0x200C || c == 0x200D
                || in(MARKS | 1 << Character.DECIMAL_DIGIT_NUMBER | 1 << Character.CONNECTOR_PUNCTUATION, c);
    }

    private static boolean in(int types, int c) {
        return (types >>> Character.getType(c) & 1) != 0;
    }
}
