package io.semanticsearch.tokenizer;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression of a tokenizer.json: written in Oniguruma's syntax, run by Java's.
 *
 * @param whitespaceOnly whether every match is white space, at least one
 */
record RegexPattern(Pattern pattern, boolean whitespaceOnly) implements TextPattern {

    private static final Pattern WHITESPACE_ONLY = Pattern
            .compile("(?:(?: |\\\\[snrt])(?:\\+|\\{[1-9][0-9]*(?:,[0-9]*)?\\})?)+");

    /** In chars; Java's compiler and matcher need stack in proportion. The longest of a published file has about 700. */
    private static final int LONGEST = 4096;

    static RegexPattern read(FileSection section) {
        String written = section.text();
        try {
            return of(written);
        } catch (UnsupportedOperationException e) {
            throw section.bad("is [" + written + "], a regular expression that is not supported: " + e.getMessage());
        } catch (PatternSyntaxException e) {
            throw section.bad("is [" + written + "], a regular expression that is not supported: " + e.getDescription());
        }
    }

    /**
     * @throws UnsupportedOperationException when it cannot be translated
     * @throws PatternSyntaxException        when it is malformed
     */
    static RegexPattern of(String oniguruma) {
        if (oniguruma.length() > LONGEST)
            throw new UnsupportedOperationException(
                    "it has [" + oniguruma.length() + "] chars, expected " + LONGEST + " at most");
        return new RegexPattern(new OnigurumaTranslation(oniguruma).pattern(), WHITESPACE_ONLY.matcher(oniguruma).matches());
    }

    @Override
    public void divide(AlignedText text, int from, int to, Parts parts) {
        Matcher matcher = pattern.matcher(text).region(from, to);
        int begin = from; // of what was not passed on yet
        int lastEnd = -1;
        while (!parts.enough() && matcher.find()) {
            int start = matcher.start();
            int end = matcher.end();
            if (start == end && end == lastEnd || insidePair(text, start, from)) continue; // as Oniguruma goes on
            if (begin < start) parts.part(begin, start, false);
            parts.part(start, end, true);
            begin = end;
            lastEnd = end;
        }
        if (begin < to && !parts.enough()) parts.part(begin, to, false);
    }

    @Override
    public boolean keepsApart(char space) {
        return whitespaceOnly;
    }

    /** After an empty match Java goes on with the next char, though it may be half a character. */
    private static boolean insidePair(AlignedText text, int at, int from) {
        return at > from && at < text.length() && Character.isSurrogatePair(text.charAt(at - 1), text.charAt(at));
    }
}
