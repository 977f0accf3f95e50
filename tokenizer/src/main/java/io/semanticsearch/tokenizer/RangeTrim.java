package io.semanticsearch.tokenizer;

import java.util.Iterator;
import java.util.List;

/** Takes the spaces at the ends of tokens out of their ranges, as the file's post-processor says. Immutable. */
final class RangeTrim {

    private final List<PostProcessor.Trimming> trimmings;
    /** By id: how many spaces the token begins and ends with. */
    private final short[] leading;
    private final short[] trailing;

    RangeTrim(List<PostProcessor.Trimming> trimmings, Vocabulary vocabulary) {
        this.trimmings = trimmings;
        int size = trimmings.isEmpty() ? 0 : vocabulary.size();
        leading = new short[size];
        trailing = new short[size];
        for (int id = 0; id < size; id++) {
            if (!vocabulary.contains(id)) continue;
            String token = vocabulary.token(id);
            leading[id] = (short) Math.min(Short.MAX_VALUE, leading(token));
            trailing[id] = (short) Math.min(Short.MAX_VALUE, trailing(token));
        }
    }

    void apply(Tokens tokens, String text) {
        if (trimmings.isEmpty()) return;
        Iterator<Tokens.Whole> wholes = tokens.wholes().iterator();
        Tokens.Whole whole = wholes.hasNext() ? wholes.next() : null;
        for (int i = 0; i < tokens.kept(); i++) {
            int before = leading[tokens.id(i)];
            int after = trailing[tokens.id(i)];
            if (whole != null && whole.index() == i) { // it may have taken spaces beside it
                before = leading(whole.text());
                after = trailing(whole.text());
                whole = wholes.hasNext() ? wholes.next() : null;
            }
            if (before == 0 && after == 0) continue;
            for (PostProcessor.Trimming trimming : trimmings) trim(trimming, tokens, i, before, after, text);
        }
    }

    /** Once for each trimming, though the spaces are gone after the first: so it is in the original. */
    private static void trim(PostProcessor.Trimming trimming, Tokens tokens, int i, int before, int after, String text) {
        int start = tokens.start(i);
        int end = tokens.end(i);
        boolean prefix = trimming.addPrefixSpace() && before == 1 && (i == 0 || start == 0);
        for (int space = prefix ? 1 : 0; space < before && start < end; space++)
            start += Character.charCount(text.codePointAt(start));
        boolean room = end >= 2 * after || text.codePointCount(0, end) >= after;
        if (after > 0 && room) end = Math.max(start, text.offsetByCodePoints(end, -after));
        tokens.move(i, start, end);
    }

    private static int leading(String token) {
        int at = 0;
        while (at < token.length() && isSpace(token.charAt(at)))
            at++;
        return at;
    }

    private static int trailing(String token) {
        int at = token.length();
        while (at > 0 && isSpace(token.charAt(at - 1)))
            at--;
        return token.length() - at;
    }

    private static boolean isSpace(char c) {
        return c == ByteAlphabet.SPACE || CharacterKind.isWhitespace(c);
    }
}
