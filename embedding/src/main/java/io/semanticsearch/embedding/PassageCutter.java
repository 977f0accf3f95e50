package io.semanticsearch.embedding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Cuts a text into passages that each fit a model: at sentence ends where it can, in the middle of a sentence that is longer than a
 * passage, at a word there where it can, and never within a character. Every character that is not white lies in a passage. The same text
 * gives the same passages. Takes time in proportion to the text.
 */
public final class PassageCutter {

    /** More passages of one text are refused: each is a vector, and all of them stand in one document. */
    public static final int MAX_PASSAGES = 1_000;

    /** Special tokens round a passage, and a few more: a passage alone can have other tokens at its ends than within its text. */
    private static final int SPARE_TOKENS = 8;

    private final Function<String, int[]> tokenStarts;
    private final int room;

    /**
     * @param tokenStarts index of the first UTF-16 char of each token of a text, in order
     * @param room tokens of a passage at most, whatever is asked for
     */
    PassageCutter(Function<String, int[]> tokenStarts, int room) {
        this.tokenStarts = tokenStarts;
        this.room = Math.max(1, room);
    }

    /** Cuts by a model's own tokens. */
    public static PassageCutter of(EmbeddingFunction function) {
        return of(function::tokenStarts, function.maxTokens(), function.space().prompts());
    }

    /** Cuts by guessed tokens ({@link ApproximateTokens}), for a model on a server. */
    public static PassageCutter approximate(ModelFacts facts) {
        return of(ApproximateTokens::starts, facts.maxTokens(), facts.prompts());
    }

    private static PassageCutter of(Function<String, int[]> tokenStarts, int maxTokens, Prompts prompts) {
        int prompt = tokenStarts.apply(prompts.of(Role.DOCUMENT)).length;
        return new PassageCutter(tokenStarts, maxTokens - prompt - SPARE_TOKENS);
    }

    /**
     * @return in order of their starts, none blank; more than {@link #MAX_PASSAGES} are not counted further
     */
    public List<TextSpan> cut(String text, PassageCut cut) {
        int max = Math.min(cut.maxTokens(), room);
        int overlap = Math.min(cut.overlapTokens(), max - 1);
        return passages(text, units(text, max, overlap), max, overlap);
    }

    /** Sentences, and pieces of those that are too long for a passage, one behind the other. */
    private Units units(String text, int max, int overlap) {
        Units units = new Units();
        // Pieces as long as the overlap, so that passages within one long sentence overlap as well.
        int piece = overlap == 0 ? max : overlap;
        Sentences sentences = new Sentences(text);
        // Beyond so many tokens there are too many passages, however they fall.
        long tooMany = (MAX_PASSAGES + 1L) * max;
        int start = 0;
        for (int end = sentences.nextEnd(); end >= 0 && units.tokens <= tooMany; end = sentences.nextEnd()) {
            String sentence = text.substring(start, end);
            int[] starts = tokenStarts.apply(sentence);
            int from = 0;
            if (starts.length > max) {
                while (starts.length - from > piece) {
                    int to = boundary(sentence, starts, from, from + piece);
                    if (to < 0) break;
                    units.add(start + starts[to], to - from);
                    from = to;
                }
            }
            units.add(end, starts.length - from);
            start = end;
        }
        return units;
    }

    /**
     * The last token up to a wanted one at which a sentence may be cut: one that begins a word, else one that begins a character.
     *
     * @return its position, behind {@code from}; -1 where there is none up to the end
     */
    private static int boundary(String sentence, int[] starts, int from, int wanted) {
        for (int t = wanted; t > from + (wanted - from) / 2; t--) {
            boolean word = starts[t] > 0
                    && (Character.isWhitespace(sentence.charAt(starts[t] - 1))
                            || Character.isWhitespace(sentence.charAt(starts[t])));
            if (word && begins(sentence, starts, t)) return t;
        }
        for (int t = wanted; t > from; t--) if (begins(sentence, starts, t)) return t;
        for (int t = wanted + 1; t < starts.length; t++) if (begins(sentence, starts, t)) return t;
        return -1;
    }

    /** Whether a character begins with this token: one character can be several tokens. */
    private static boolean begins(String sentence, int[] starts, int token) {
        return starts[token] > starts[token - 1] && !Character.isLowSurrogate(sentence.charAt(starts[token]));
    }

    private static List<TextSpan> passages(String text, Units units, int max, int overlap) {
        List<TextSpan> passages = new ArrayList<>();
        int first = 0;
        while (first < units.count && passages.size() <= MAX_PASSAGES) {
            int next = first + 1;
            while (next < units.count && units.tokens(first, next + 1) <= max)
                next++;
            add(text, units.start(first), units.ends[next - 1], passages);
            if (next == units.count) break;
            // As much of the end as the overlap allows and as leaves room for something new.
            int again = next;
            while (again - 1 > first && units.tokens(again - 1, next) <= overlap && units.tokens(again - 1, next + 1) <= max)
                again--;
            first = again;
        }
        return passages;
    }

    private static void add(String text, int from, int to, List<TextSpan> passages) {
        int start = from;
        int end = to;
        while (start < end && Character.isWhitespace(text.charAt(start)))
            start++;
        while (end > start && Character.isWhitespace(text.charAt(end - 1)))
            end--;
        if (start < end) passages.add(new TextSpan(start, end));
    }

    /** Parts of a text that are not cut any further, each where the one before ends. */
    private static final class Units {

        private int[] ends = new int[64];
        /** Tokens up to the end of each. */
        private long[] sums = new long[64];
        private int count;
        private long tokens;

        void add(int end, int more) {
            if (count == ends.length) {
                ends = Arrays.copyOf(ends, 2 * count);
                sums = Arrays.copyOf(sums, 2 * count);
            }
            tokens += more;
            ends[count] = end;
            sums[count++] = tokens;
        }

        int start(int unit) {
            return unit == 0 ? 0 : ends[unit - 1];
        }

        /** Tokens of the units from one to before another. */
        long tokens(int from, int to) {
            return sums[to - 1] - (from == 0 ? 0 : sums[from - 1]);
        }
    }
}
