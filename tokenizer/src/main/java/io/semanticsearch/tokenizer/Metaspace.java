package io.semanticsearch.tokenizer;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Makes spaces a char that can be seen, such as {@code ▁}, and splits before each.
 *
 * @param split else what was one word stays one
 */
record Metaspace(char replacement, Prepending prepending, boolean split) implements PreTokenizer {

    /** Which texts that do not begin with a space get one. */
    enum Prepending {
        ALWAYS,
        /** Only where the whole text begins. */
        FIRST, NEVER
    }

    private static final Map<String, Function<FileSection, Prepending>> SCHEMES = new TreeMap<>(
            Map.of("always", _ -> Prepending.ALWAYS, "first", _ -> Prepending.FIRST, "never", _ -> Prepending.NEVER));

    static Metaspace read(FileSection section) {
        FileSection replacement = section.get("replacement");
        if (replacement.text().length() != 1)
            throw replacement.bad("is [" + replacement.text() + "], expected one char such as \u2581");
        return new Metaspace(replacement.text().charAt(0), prepending(section), section.get("split").flagOr(true));
    }

    /** Older files say whether there is a prefix, newer ones when; files of the time between say both. */
    private static Prepending prepending(FileSection section) {
        FileSection scheme = section.get("prepend_scheme");
        boolean prefix = section.get("add_prefix_space").flagOr(true);
        if (scheme.absent()) return prefix ? Prepending.ALWAYS : Prepending.NEVER;
        Prepending prepending = scheme.readAs(scheme.text(), SCHEMES);
        if (prefix || prepending == Prepending.NEVER) return prepending;
        throw scheme.bad("is [" + scheme.text() + "], but add_prefix_space is [false]; one of the two must go");
    }

    @Override
    public void split(AlignedText text, int from, int to, Words words) {
        before(words).word(text, from, to);
    }

    @Override
    public Words before(Words after) {
        return new Marking(after);
    }

    /** What begins with a space gets no prefix, so that it is the same as going on. */
    @Override
    public boolean splitsBefore(char space) {
        return split && space == ' ';
    }

    private final class Marking implements Words {
        private final Words after;
        private final AlignedText marked = new AlignedText(64);

        Marking(Words after) {
            this.after = after;
        }

        @Override
        public void word(AlignedText text, int from, int to) {
            if (from == to) return;
            marked.restart(text.start(from));
            if (prefixed(text, from)) marked.append(replacement, text.start(from), text.endOfCodePoint(from));
            int begin = from; // of what was not copied yet
            for (int i = from; i < to; i++) {
                if (text.charAt(i) != ' ') continue;
                marked.append(text, begin, i);
                marked.append(replacement, text.start(i), text.end(i));
                begin = i + 1;
            }
            marked.append(text, begin, to);
            pass();
        }

        @Override
        public boolean enough() {
            return after.enough();
        }

        private boolean prefixed(AlignedText text, int from) {
            char first = text.charAt(from);
            if (first == ' ' || first == replacement) return false;
            return prepending == Prepending.ALWAYS || prepending == Prepending.FIRST && text.start(from) == 0;
        }

        private void pass() {
            int word = 0;
            int length = marked.length();
            for (int i = 1; split && i < length && !after.enough(); i++) {
                if (marked.charAt(i) != replacement) continue;
                after.word(marked, word, i);
                word = i;
            }
            if (!after.enough()) after.word(marked, word, length);
        }
    }
}
