package io.semanticsearch.tokenizer;

/** Puts some chars in the place of what a pattern finds; they stand where its last character stood. */
record Replace(TextPattern pattern, String content) implements Normalizer {

    static Replace read(FileSection section) {
        return new Replace(TextPattern.read(section.get("pattern")), section.get("content").replacement());
    }

    @Override
    public AlignedText normalize(AlignedText text) {
        if (text.length() == 0 || pattern instanceof LiteralPattern p && p.find(text.array(), 0, text.length()) < 0) return text;
        AlignedText result = new AlignedText(text.length());
        pattern.divide(text, 0, text.length(), new TextPattern.Parts() {
            @Override
            public void part(int from, int to, boolean match) {
                if (match) {
                    replace(text, to, result);
                } else {
                    result.append(text, from, to);
                }
            }

            @Override
            public boolean enough() {
                return false;
            }
        });
        return result;
    }

    @Override
    public boolean contextFree() {
        return false;
    }

    @Override
    public boolean keepsApart(char space) {
        return pattern.keepsApart(space);
    }

    /** @param to end of what is replaced, which may be nothing at the beginning of the text */
    private void replace(AlignedText text, int to, AlignedText result) {
        int last = to == 0 ? 0 : to - Character.charCount(Character.codePointBefore(text, to));
        int start = text.start(last);
        int end = to == 0 ? start : text.end(to - 1);
        content.codePoints().forEach(c -> result.appendCodePoint(c, start, end));
    }
}
