package io.semanticsearch.tokenizer;

/** Drops every mark that is a character of its own; decomposing letters first is the work of another normalizer. */
record StripAccents() implements Normalizer {

    @Override
    public AlignedText normalize(AlignedText text) {
        AlignedText bare = new AlignedText(text.length());
        int next;
        for (int i = 0; i < text.length(); i = next) {
            int c = text.codePointAt(i);
            next = i + Character.charCount(c);
            if (!CharacterKind.isStrippedMark(c)) bare.appendCodePoint(c, text.start(i), text.end(next - 1));
        }
        return bare;
    }

    @Override
    public boolean contextFree() {
        return true;
    }
}
