package io.semanticsearch.tokenizer;

/**
 * The regular expressions that most byte-level tokenizers split words with, written out: several times as fast as a regular
 * expression, with the same matches. Every character belongs to a match.
 */
enum WordPattern implements TextPattern {
    /** Also of RoBERTa and ModernBERT. */
    GPT2("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+", Integer.MAX_VALUE), LLAMA3(
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|"
                    + "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
            3), QWEN2("(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|"
                    + "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+", 1);

    private static final byte OTHER = 0;
    private static final byte LETTER = 1;
    private static final byte NUMBER = 2;
    private static final byte SPACE = 3;
    private static final byte LINE_END = 4;

    private static final int LETTERS = 1 << Character.UPPERCASE_LETTER | 1 << Character.LOWERCASE_LETTER
            | 1 << Character.TITLECASE_LETTER | 1 << Character.MODIFIER_LETTER | 1 << Character.OTHER_LETTER;
    private static final int NUMBERS = 1 << Character.DECIMAL_DIGIT_NUMBER | 1 << Character.LETTER_NUMBER
            | 1 << Character.OTHER_NUMBER;

    /** The kind of each char; of a surrogate that of other characters. */
    private static final byte[] KINDS = new byte[0x10000];

    static {
        for (int c = 0; c < KINDS.length; c++) KINDS[c] = kindOf(c);
    }

    private final String regex;
    private final int mostDigits;

    WordPattern(String regex, int mostDigits) {
        this.regex = regex;
        this.mostDigits = mostDigits;
    }

    /** The pattern written so in a file, or null. */
    static WordPattern written(String regex) {
        for (WordPattern pattern : values()) if (pattern.regex.equals(regex)) return pattern;
        return null;
    }

    String regex() {
        return regex;
    }

    @Override
    public void divide(AlignedText text, int from, int to, Parts parts) {
        char[] chars = text.array();
        int end;
        for (int i = from; i < to && !parts.enough(); i = end) {
            end = this == GPT2 ? endGpt2(chars, i, to) : endLlama(chars, i, to);
            parts.part(i, end, true);
        }
    }

    /** A match that ends with a letter or digit ends before white space anyway, and no match looks back. */
    @Override
    public boolean keepsApart(char space) {
        return true;
    }

    private int endGpt2(char[] chars, int from, int to) {
        char c = chars[from];
        if (c == '\'') {
            int end = contraction(chars, from + 1, to);
            if (end > 0) return end;
        }
        int begin = c == ' ' && from + 1 < to ? from + 1 : from;
        int kind = kind(chars, begin, to);
        return kind >= SPACE ? endOfSpaces(chars, from, to) : endOfRun(chars, begin, to, kind);
    }

    private int endLlama(char[] chars, int from, int to) {
        char c = chars[from];
        if (c == '\'') {
            int end = contraction(chars, from + 1, to);
            if (end > 0) return end;
        }
        int kind = kind(chars, from, to);
        if (kind == LETTER) return endOfRun(chars, from, to, LETTER);
        if (kind == NUMBER) return endOfDigits(chars, from, to);
        int next = from + width(chars, from, to);
        int kindOfNext = next < to ? kind(chars, next, to) : SPACE;
        if (kind != LINE_END && kindOfNext == LETTER) return endOfRun(chars, next, to, LETTER);
        if (kind == OTHER || c == ' ' && kindOfNext == OTHER) {
            int end = endOfRun(chars, kind == OTHER ? from : next, to, OTHER);
            return endOfRun(chars, end, to, LINE_END);
        }
        for (int i = endOfWhitespace(chars, from, to); i > from; i--) if (KINDS[chars[i - 1]] == LINE_END) return i;
        return endOfSpaces(chars, from, to);
    }

    /** White space up to the end of the text, or else without the last, which goes to what follows. */
    private static int endOfSpaces(char[] chars, int from, int to) {
        int end = endOfWhitespace(chars, from, to);
        return end == to || end == from + 1 ? end : end - 1;
    }

    private static int endOfWhitespace(char[] chars, int from, int to) {
        int end = from;
        while (end < to && KINDS[chars[end]] >= SPACE) // no white space is a surrogate pair
            end++;
        return end;
    }

    private static int endOfRun(char[] chars, int from, int to, int kind) {
        int end = from;
        while (end < to && kind(chars, end, to) == kind)
            end += width(chars, end, to);
        return end;
    }

    private int endOfDigits(char[] chars, int from, int to) {
        int end = from;
        for (int i = 0; i < mostDigits && end < to && kind(chars, end, to) == NUMBER; i++) end += width(chars, end, to);
        return end;
    }

    /** The end of {@code s}, {@code re} and so on, or 0. In upper case too except for GPT-2. */
    private int contraction(char[] chars, int from, int to) {
        char first = letter(chars, from, to);
        if (first == 's' || first == 't' || first == 'm' || first == 'd') return from + 1;
        char second = letter(chars, from + 1, to);
        boolean two = (first == 'r' || first == 'v') && second == 'e' || first == 'l' && second == 'l';
        return two ? from + 2 : 0;
    }

    private char letter(char[] chars, int i, int to) {
        if (i >= to) return 0;
        char c = chars[i];
        if (this == GPT2) return c;
        if (c == '\u017F') return 's'; // the long s is another lower case of S
        return c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c;
    }

    private static int kind(char[] chars, int i, int to) {
        char c = chars[i];
        return Character.isHighSurrogate(c) ? kindOf(Character.codePointAt(chars, i, to)) : KINDS[c];
    }

    private static int width(char[] chars, int i, int to) {
        return Character.isHighSurrogate(chars[i]) && i + 1 < to ? 2 : 1;
    }

    private static byte kindOf(int c) {
        if (c == '\r' || c == '\n') return LINE_END;
        if (CharacterKind.isWhitespace(c)) return SPACE;
        int type = 1 << Character.getType(c);
        return (type & LETTERS) != 0 ? LETTER : (type & NUMBERS) != 0 ? NUMBER : OTHER;
    }
}
