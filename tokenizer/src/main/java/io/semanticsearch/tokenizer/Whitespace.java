package io.semanticsearch.tokenizer;

/** Splits at white space, and between letters or digits and all other characters: the words of {@code \w+|[^\w\s]+}. */
record Whitespace() implements PreTokenizer {

    private enum Kind {
        SPACE, WORD, OTHER;

        static Kind of(int c) {
            if (CharacterKind.isWhitespace(c)) return SPACE;
            return CharacterKind.isWord(c) ? WORD : OTHER;
        }
    }

    @Override
    public void split(AlignedText text, int from, int to, Words words) {
        int word = from;
        Kind kind = Kind.SPACE;
        int next;
        for (int i = from; i < to && !words.enough(); i = next) {
            int c = text.codePointAt(i);
            next = i + Character.charCount(c);
            Kind now = Kind.of(c);
            if (now == kind) continue;
            if (kind != Kind.SPACE) words.word(text, word, i);
            word = i;
            kind = now;
        }
        if (kind != Kind.SPACE && !words.enough()) words.word(text, word, to);
    }

    @Override
    public boolean splitsBefore(char space) {
        return true;
    }
}
