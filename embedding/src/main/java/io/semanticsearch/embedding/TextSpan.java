package io.semanticsearch.embedding;

/**
 * A part of a text.
 *
 * @param start index of its first UTF-16 char
 * @param end index after its last UTF-16 char
 */
public record TextSpan(int start, int end) {

    public TextSpan {
        if (start < 0 || end <= start) {
            throw new IllegalArgumentException("a span from [" + start + "] to [" + end + "], expected one char or more");
        }
    }
}
