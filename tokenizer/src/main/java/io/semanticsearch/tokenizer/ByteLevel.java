package io.semanticsearch.tokenizer;

/**
 * Splits into words the way GPT-2 does and writes them in {@link ByteAlphabet}.
 *
 * @param addPrefixSpace put a space before a text that does not begin with one
 * @param useRegex       split; else only write in bytes what was split before
 */
record ByteLevel(boolean addPrefixSpace, boolean useRegex) implements PreTokenizer {

    static ByteLevel read(FileSection section) {
        return new ByteLevel(section.get("add_prefix_space").flagOr(true), section.get("use_regex").flagOr(true));
    }

    @Override
    public void split(AlignedText text, int from, int to, Words words) {
        before(words).word(text, from, to);
    }

    @Override
    public Words before(Words after) {
        return new Writing(after);
    }

    /** With a prefix put before what does not begin with a space, only such a beginning is the same as going on. */
    @Override
    public boolean splitsBefore(char space) {
        return useRegex && (space == ' ' || !addPrefixSpace);
    }

    @Override
    public boolean keepsApart(char space) {
        return splitsBefore(space);
    }

    private final class Writing implements Words, TextPattern.Parts {
        private final Words after;
        private final AlignedText prefixed = new AlignedText(64);
        private final AlignedText bytes = new AlignedText(64);
        private AlignedText text;

        Writing(Words after) {
            this.after = after;
        }

        @Override
        public void word(AlignedText original, int originalFrom, int originalTo) {
            text = original;
            int from = originalFrom;
            int to = originalTo;
            if (addPrefixSpace && from < to && text.charAt(from) != ' ') {
                prefixed.restart(0);
                prefixed.append(' ', text.start(from), text.endOfCodePoint(from));
                prefixed.append(text, from, to);
                text = prefixed;
                from = 0;
                to = prefixed.length();
            }
            if (useRegex) {
                WordPattern.GPT2.divide(text, from, to, this);
            } else {
                part(from, to, true);
            }
        }

        @Override
        public void part(int from, int to, boolean match) {
            bytes.restart(text.start(from));
            ByteAlphabet.write(text, from, to, bytes);
            after.word(bytes, 0, bytes.length());
        }

        @Override
        public boolean enough() {
            return after.enough();
        }
    }
}
