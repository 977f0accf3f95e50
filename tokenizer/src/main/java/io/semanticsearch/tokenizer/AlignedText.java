package io.semanticsearch.tokenizer;

import java.util.Arrays;

/**
 * Text on its way to tokens: UTF-16 chars, each with the range of the original text that it came from.
 *
 * <p>As long as every char still is where it was, no ranges are stored: the usual case costs no more than the chars.
 * For one call on one thread.
 */
final class AlignedText implements CharSequence {

    /** What a lone surrogate is read as, the way it would arrive through UTF-8. */
    static final char REPLACEMENT = '\uFFFD';

    private char[] chars;
    private int length;
    private int base;
    private int[] starts = {};
    private int[] ends = {};
    private boolean moved;

    AlignedText(int capacity) {
        chars = new char[Math.max(capacity, 8)];
    }

    /** Part of an original text, lone surrogates replaced. */
    static AlignedText of(String text, int from, int to) {
        AlignedText all = new AlignedText(to - from);
        text.getChars(from, to, all.chars, 0);
        all.length = to - from;
        all.base = from;
        for (int i = 0; i < all.length; i++) {
            if (!Character.isSurrogate(all.chars[i])) continue;
            boolean pair = i + 1 < all.length && Character.isSurrogatePair(all.chars[i], all.chars[i + 1]);
            if (!pair) all.chars[i] = REPLACEMENT;
            if (pair) i++;
        }
        return all;
    }

    /** Empties this, to be filled from {@code base} of the original text on. */
    void restart(int base) {
        this.length = 0;
        this.base = base;
        this.moved = false;
    }

    /** Takes the first {@code length} chars of {@link #array()} as they were written there: char i from {@code base + i}. */
    void restart(int base, int length) {
        restart(base);
        this.length = length;
    }

    void append(char c, int start, int end) {
        if (!moved && (start != base + length || end != start + 1)) leave(start, end == start + 1);
        push(c, start, end);
    }

    /** Appends the chars of another text from {@code from} to {@code to}, each with its range. */
    void append(AlignedText text, int from, int to) {
        if (from >= to) return;
        boolean inPlace = !text.moved && !moved && (length == 0 || base + length == text.base + from);
        if (inPlace && length == 0) base = text.base + from;
        if (!inPlace && !moved) move();
        int room = length + to - from;
        if (room > chars.length) chars = Arrays.copyOf(chars, Math.max(room, length * 2));
        System.arraycopy(text.chars, from, chars, length, to - from);
        if (!inPlace) appendRanges(text, from, to);
        length = room;
    }

    void appendCodePoint(int codePoint, int start, int end) {
        if (Character.isBmpCodePoint(codePoint)) {
            append((char) codePoint, start, end);
            return;
        }
        if (!moved && (start != base + length || end != start + 2)) leave(start, end == start + 2);
        push(Character.highSurrogate(codePoint), start, end);
        push(Character.lowSurrogate(codePoint), start, end);
    }

    /** Makes the last char end at {@code end} of the original text. */
    void stretchLast(int end) {
        if (!moved) move();
        ends[length - 1] = end;
    }

    /** The chars themselves, for reading up to {@link #length()}; replaced when the text grows. */
    char[] array() {
        return chars;
    }

    /** Where in the original text that begins which became char {@code i}. */
    int start(int i) {
        return moved ? starts[i] : base + i;
    }

    /** Where in the original text that ends which became char {@code i}. */
    int end(int i) {
        return moved ? ends[i] : base + i + 1;
    }

    /** Where in the original text that ends which became the code point at {@code i}. */
    int endOfCodePoint(int i) {
        return end(i + Character.charCount(codePointAt(i)) - 1);
    }

    int codePointAt(int i) {
        return Character.codePointAt(chars, i, length);
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public char charAt(int i) {
        return chars[i];
    }

    @Override
    public CharSequence subSequence(int from, int to) {
        return new String(chars, from, to - from);
    }

    @Override
    public String toString() {
        return new String(chars, 0, length);
    }

    private void push(char c, int start, int end) {
        if (length == chars.length) chars = Arrays.copyOf(chars, length * 2);
        if (moved) {
            if (length >= starts.length) {
                starts = Arrays.copyOf(starts, chars.length);
                ends = Arrays.copyOf(ends, chars.length);
            }
            starts[length] = start;
            ends[length] = end;
        }
        chars[length++] = c;
    }

    private void appendRanges(AlignedText text, int from, int to) {
        if (length + to - from > starts.length) {
            starts = Arrays.copyOf(starts, chars.length);
            ends = Arrays.copyOf(ends, chars.length);
        }
        if (text.moved) {
            System.arraycopy(text.starts, from, starts, length, to - from);
            System.arraycopy(text.ends, from, ends, length, to - from);
        } else {
            for (int i = from; i < to; i++) {
                starts[length + i - from] = text.base + i;
                ends[length + i - from] = text.base + i + 1;
            }
        }
    }

    /** Something is appended that does not stand where the text so far ends: a text without chars may begin anywhere. */
    private void leave(int start, boolean inPlace) {
        if (length == 0 && inPlace) {
            base = start;
        } else {
            move();
        }
    }

    /** From here on ranges are stored; those up to here are written down. */
    private void move() {
        if (starts.length < chars.length) {
            starts = new int[chars.length];
            ends = new int[chars.length];
        }
        for (int i = 0; i < length; i++) {
            starts[i] = base + i;
            ends[i] = base + i + 1;
        }
        moved = true;
    }
}
