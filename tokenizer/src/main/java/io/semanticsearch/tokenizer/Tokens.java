package io.semanticsearch.tokenizer;

import java.util.Arrays;
import java.util.List;

/**
 * The tokens of one text while they are found: the first {@code limit} are kept, the others only counted.
 *
 * <p>For one call on one thread.
 */
final class Tokens {

    /** How many tokens past the limit are counted before the rest of the text is left unread: about a millisecond's work. */
    static final int COUNTED_BEYOND_LIMIT = 16_384;

    private final int limit;
    private final int enough;
    private int[] ids;
    private int[] starts;
    private int[] ends;
    private Whole[] wholes = {};
    private int wholeCount;
    private int count;

    /** @param chars length of the text, for a first guess at the number of its tokens */
    Tokens(int limit, int chars) {
        this.limit = limit;
        this.enough = (int) Math.min((long) limit + COUNTED_BEYOND_LIMIT, Integer.MAX_VALUE);
        int room = Math.min(limit, 8 + chars / 4);
        this.ids = new int[room];
        this.starts = new int[room];
        this.ends = new int[room];
    }

    /** @param start,end UTF-16 indexes into the original text */
    void add(int id, int start, int end) {
        int at = count++;
        if (at >= limit) return;
        if (at == ids.length) grow();
        ids[at] = id;
        starts[at] = start;
        ends[at] = end;
    }

    /** Adds an added token, which was found as a whole in {@code text}: it may have taken white space beside it. */
    void addWhole(AddedTokenFinder.Matches match, CharSequence text, int start, int end) {
        if (count < limit) {
            if (wholeCount == wholes.length) wholes = Arrays.copyOf(wholes, 4 + 2 * wholeCount);
            wholes[wholeCount++] = new Whole(count, text.subSequence(match.start(), match.end()).toString());
        }
        add(match.token().id(), start, end);
    }

    /**
     * An added token as it stood in the text.
     *
     * @param index among the tokens
     */
    record Whole(int index, String text) {}

    /** The added tokens among those that were kept, in their order. */
    List<Whole> wholes() {
        return Arrays.asList(wholes).subList(0, wholeCount);
    }

    /** Forgets the tokens after the first {@code count}: a word whose beginning was found may prove unknown at its end. */
    void rewind(int count) {
        this.count = count;
    }

    int id(int i) {
        return ids[i];
    }

    int start(int i) {
        return starts[i];
    }

    int end(int i) {
        return ends[i];
    }

    /** Gives a token that was kept another range. */
    void move(int i, int start, int end) {
        starts[i] = start;
        ends[i] = end;
    }

    int count() {
        return count;
    }

    int kept() {
        return Math.min(count, limit);
    }

    /** Whether so many tokens are known that the rest of the text does not matter. */
    boolean enough() {
        return count >= enough;
    }

    void copyIds(int[] to, int at, int length) {
        System.arraycopy(ids, 0, to, at, length);
    }

    void copyOffsets(int[] toStarts, int[] toEnds, int at, int length) {
        System.arraycopy(starts, 0, toStarts, at, length);
        System.arraycopy(ends, 0, toEnds, at, length);
    }

    private void grow() {
        int room = (int) Math.min(limit, 16 + ids.length * 2L);
        ids = Arrays.copyOf(ids, room);
        starts = Arrays.copyOf(starts, room);
        ends = Arrays.copyOf(ends, room);
    }
}
