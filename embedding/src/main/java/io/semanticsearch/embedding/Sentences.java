package io.semanticsearch.embedding;

import java.text.BreakIterator;
import java.util.Locale;

/**
 * The sentences of a text in any language, one after the other: by the JDK's rules, and also after the question mark and the full stop of
 * Arabic and Urdu and at empty lines, which those rules pass over. What goes on for very long without an end is cut all the same, so that
 * who reads a sentence reads little.
 */
final class Sentences {

    /** More than any sentence; a table or a log may have no end at all. */
    private static final int MAX_LENGTH = 16_384;

    private final String text;
    private final BreakIterator breaks = BreakIterator.getSentenceInstance(Locale.ROOT);
    private int at;
    private int nextBreak;

    Sentences(String text) {
        this.text = text;
        breaks.setText(text);
        nextBreak = breaks.next();
    }

    /** Index after the last UTF-16 char of the next sentence, white space behind it included; -1 after the last. */
    int nextEnd() {
        if (at == text.length()) return -1;
        int end = nextBreak == BreakIterator.DONE ? text.length() : nextBreak;
        int earlier = bounded(earlierEnd(end));
        if (earlier < end) return at = earlier;
        nextBreak = breaks.next();
        return at = end;
    }

    private int earlierEnd(int end) {
        for (int i = at; i < end; i++) {
            char c = text.charAt(i);
            boolean ends = c == '\u061F' || c == '\u06D4' || c == '\n' && isEmptyLine(i + 1, end);
            if (!ends) continue;
            int after = i + 1;
            while (after < end && Character.isWhitespace(text.charAt(after)))
                after++;
            return after;
        }
        return end;
    }

    /** At white space if there is some, and never within a character. */
    private int bounded(int end) {
        if (end - at <= MAX_LENGTH) return end;
        int last = at + MAX_LENGTH;
        for (int i = last; i > at + MAX_LENGTH / 2; i--) if (Character.isWhitespace(text.charAt(i - 1))) return i;
        return Character.isLowSurrogate(text.charAt(last)) && Character.isHighSurrogate(text.charAt(last - 1)) ? last - 1 : last;
    }

    private boolean isEmptyLine(int from, int end) {
        for (int i = from; i < end; i++) {
            char c = text.charAt(i);
            if (c == '\n') return true;
            if (!Character.isWhitespace(c)) return false;
        }
        return false;
    }
}
