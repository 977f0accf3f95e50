package io.semanticsearch.tokenizer;

/** Lower case letter by letter, whatever stands around a letter: a final capital sigma becomes an inner small one. */
record Lowercase() implements Normalizer {

    @Override
    public AlignedText normalize(AlignedText text) {
        AlignedText lower = new AlignedText(text.length());
        int next;
        for (int i = 0; i < text.length(); i = next) {
            int c = text.codePointAt(i);
            next = i + Character.charCount(c);
            append(c, text.start(i), text.end(next - 1), lower);
        }
        return lower;
    }

    @Override
    public boolean contextFree() {
        return true;
    }

    static void append(int c, int start, int end, AlignedText to) {
        if (c == 'İ') { // the only letter that becomes two: Java's one-to-one mapping loses the dot
            to.append('i', start, end);
            to.append('\u0307', start, end);
        } else {
            to.appendCodePoint(Character.toLowerCase(c), start, end);
        }
    }
}
