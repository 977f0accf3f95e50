package io.semanticsearch.tokenizer;

/**
 * Splits at what a pattern finds; {@code CharDelimiterSplit}, {@code Digits} and {@code Punctuation} of a tokenizer.json are of
 * this kind too.
 *
 * @param invert what the pattern finds is kept and what stands between is the delimiter
 */
record Split(TextPattern pattern, DelimiterBehavior behavior, boolean invert) implements PreTokenizer {

    static Split read(FileSection section) {
        return new Split(TextPattern.read(section.get("pattern")), DelimiterBehavior.read(section.get("behavior")),
                section.get("invert").flagOr(false));
    }

    static Split atDelimiter(FileSection section) {
        return new Split(LiteralPattern.read(section.get("delimiter")), DelimiterBehavior.REMOVED, false);
    }

    static Split digits(FileSection section) {
        return new Split(CharacterPattern.NUMBER, section.get("individual_digits").flagOr(false)
                ? DelimiterBehavior.ISOLATED
                : DelimiterBehavior.CONTIGUOUS, false);
    }

    static Split punctuation(FileSection section) {
        FileSection behavior = section.get("behavior");
        return new Split(CharacterPattern.PUNCTUATION,
                behavior.absent() ? DelimiterBehavior.ISOLATED : DelimiterBehavior.read(behavior), false);
    }

    @Override
    public void split(AlignedText text, int from, int to, Words words) {
        before(words).word(text, from, to);
    }

    @Override
    public Words before(Words after) {
        return new Splitting(after);
    }

    @Override
    public boolean splitsBefore(char space) {
        if (invert) return false;
        return switch (pattern) {
            case WordPattern _ -> behavior == DelimiterBehavior.ISOLATED;
            case LiteralPattern p -> p.literal().equals(Character.toString(space))
                    && behavior != DelimiterBehavior.MERGED_WITH_PREVIOUS;
            case CharacterPattern _,RegexPattern _ -> false;
        };
    }

    @Override
    public boolean keepsApart(char space) {
        return pattern.keepsApart(space);
    }

    /** Makes words of the parts that the pattern finds. */
    private final class Splitting implements Words, TextPattern.Parts {
        private final Words after;
        private AlignedText text;
        private int word; // begin of what was not passed on yet
        private int end; // and its end
        private boolean delimiter; // whether the part that ends there is one

        Splitting(Words after) {
            this.after = after;
        }

        @Override
        public void word(AlignedText text, int from, int to) {
            this.text = text;
            word = from;
            end = from;
            pattern.divide(text, from, to, this);
            if (!enough()) pass();
        }

        @Override
        public void part(int from, int to, boolean match) {
            boolean now = match != invert;
            if (from > word && behavior.cutsBetween(delimiter, now)) pass();
            delimiter = now;
            end = to;
        }

        @Override
        public boolean enough() {
            return after.enough();
        }

        private void pass() {
            if (word < end && !(delimiter && behavior == DelimiterBehavior.REMOVED)) after.word(text, word, end);
            word = end;
        }
    }
}
