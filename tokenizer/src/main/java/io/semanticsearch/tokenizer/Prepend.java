package io.semanticsearch.tokenizer;

/** Puts chars before a text; they stand where its first character stands. */
record Prepend(String prefix) implements Normalizer {

    static Prepend read(FileSection section) {
        return new Prepend(section.get("prepend").replacement());
    }

    @Override
    public AlignedText normalize(AlignedText text) {
        if (text.length() == 0) return text;
        AlignedText result = new AlignedText(prefix.length() + text.length());
        int start = text.start(0);
        int end = text.endOfCodePoint(0);
        prefix.codePoints().forEach(c -> result.appendCodePoint(c, start, end));
        result.append(text, 0, text.length());
        return result;
    }

    @Override
    public boolean contextFree() {
        return false;
    }

    @Override
    public boolean keepsApart(char space) {
        return prefix.isEmpty();
    }
}
