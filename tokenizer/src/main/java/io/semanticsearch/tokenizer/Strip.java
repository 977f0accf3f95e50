package io.semanticsearch.tokenizer;

/** Takes the white space off the ends of a text. */
record Strip(boolean left, boolean right) implements Normalizer {

    static Strip read(FileSection section) {
        return new Strip(section.get("strip_left").flag(), section.get("strip_right").flag());
    }

    @Override
    public AlignedText normalize(AlignedText text) {
        int from = 0;
        int to = text.length();
        while (left && from < to && CharacterKind.isWhitespace(text.charAt(from)))
            from++;
        while (right && from < to && CharacterKind.isWhitespace(text.charAt(to - 1)))
            to--;
        if (to - from == text.length()) return text;
        AlignedText result = new AlignedText(to - from);
        result.append(text, from, to);
        return result;
    }

    @Override
    public boolean contextFree() {
        return false;
    }

    @Override
    public boolean keepsApart(char space) {
        return !left;
    }
}
