package io.semanticsearch.tokenizer;

/** Exactly these chars. */
record LiteralPattern(String literal) implements TextPattern {

    static LiteralPattern read(FileSection section) {
        String literal = section.text();
        if (literal.isEmpty()) throw section.bad("is empty, expected what to look for");
        return new LiteralPattern(literal);
    }

    @Override
    public void divide(AlignedText text, int from, int to, Parts parts) {
        int begin = from;
        while (!parts.enough()) {
            int found = find(text.array(), begin, to);
            if (found < 0) break;
            if (begin < found) parts.part(begin, found, false);
            begin = found + literal.length();
            parts.part(found, begin, true);
        }
        if (begin < to && !parts.enough()) parts.part(begin, to, false);
    }

    @Override
    public boolean keepsApart(char space) {
        return literal.indexOf(space, 1) < 0;
    }

    /** Index of the first occurrence, or -1. */
    int find(char[] chars, int from, int to) {
        char first = literal.charAt(0);
        int last = to - literal.length();
        for (int i = from; i <= last; i++) {
            if (chars[i] == first && matches(chars, i)) return i;
        }
        return -1;
    }

    private boolean matches(char[] chars, int at) {
        for (int i = 1; i < literal.length(); i++) {
            if (chars[at + i] != literal.charAt(i)) return false;
        }
        return true;
    }
}
