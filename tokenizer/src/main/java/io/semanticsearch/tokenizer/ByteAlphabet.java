package io.semanticsearch.tokenizer;

/**
 * The char that stands for each byte in a byte-level vocabulary: the byte's own in Latin-1 where that is printable, else one from
 * U+0100 on.
 */
final class ByteAlphabet {

    /** What a space is written as: {@code Ġ}. */
    static final char SPACE = '\u0120';

    private static final char[] CHARS = new char[256];

    static {
        char next = 0x100;
        for (int b = 0; b < 256; b++) {
            boolean printable = b >= '!' && b <= '~' || b >= 0xA1 && b <= 0xAC || b >= 0xAE;
            CHARS[b] = printable ? (char) b : next++;
        }
    }

    private ByteAlphabet() {}

    /** Writes the bytes in UTF-8 of a part of {@code text}; each stands where its character stood. */
    static void write(AlignedText text, int from, int to, AlignedText bytes) {
        char[] chars = text.array();
        for (int i = from; i < to; i++) {
            char c = chars[i];
            int start = text.start(i);
            if (c < 0x80) {
                bytes.append(CHARS[c], start, text.end(i));
            } else if (c < 0x800) {
                int end = text.end(i);
                bytes.append(CHARS[0xC0 | c >> 6], start, end);
                bytes.append(CHARS[0x80 | c & 0x3F], start, end);
            } else if (Character.isHighSurrogate(c)) { // lone surrogates were replaced
                int codePoint = Character.toCodePoint(c, chars[++i]);
                int end = text.end(i);
                bytes.append(CHARS[0xF0 | codePoint >> 18], start, end);
                bytes.append(CHARS[0x80 | codePoint >> 12 & 0x3F], start, end);
                bytes.append(CHARS[0x80 | codePoint >> 6 & 0x3F], start, end);
                bytes.append(CHARS[0x80 | codePoint & 0x3F], start, end);
            } else {
                int end = text.end(i);
                bytes.append(CHARS[0xE0 | c >> 12], start, end);
                bytes.append(CHARS[0x80 | c >> 6 & 0x3F], start, end);
                bytes.append(CHARS[0x80 | c & 0x3F], start, end);
            }
        }
    }
}
