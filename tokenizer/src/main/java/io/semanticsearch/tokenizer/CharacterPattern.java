package io.semanticsearch.tokenizer;

/** Single characters of a kind. */
enum CharacterPattern implements TextPattern {
    PUNCTUATION, NUMBER;

    private static final int NUMBERS = 1 << Character.DECIMAL_DIGIT_NUMBER | 1 << Character.LETTER_NUMBER
            | 1 << Character.OTHER_NUMBER;

    private boolean matches(int c) {
        return switch (this) {
            case PUNCTUATION -> CharacterKind.isPunctuation(c);
            case NUMBER -> (NUMBERS >>> Character.getType(c) & 1) != 0;
        };
    }

    @Override
    public void divide(AlignedText text, int from, int to, Parts parts) {
        int begin = from; // of what was not passed on yet
        int next;
        for (int i = from; i < to && !parts.enough(); i = next) {
            int c = text.codePointAt(i);
            next = i + Character.charCount(c);
            if (!matches(c)) continue;
            if (begin < i) parts.part(begin, i, false);
            parts.part(i, next, true);
            begin = next;
        }
        if (begin < to && !parts.enough()) parts.part(begin, to, false);
    }

    @Override
    public boolean keepsApart(char space) {
        return true;
    }
}
