package io.semanticsearch.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The best way to write a word as tokens, found by going through it once: for each place the best way to get there.
 *
 * <p>A long word, which may be a whole text, is spelt in parts: as soon as all ways on come through one place, what is before it is
 * certain. Room to work in, used for one word after the other on one thread.
 */
final class UnigramLattice {

    /** In chars: how far to look before a part is spelt. */
    private static final int WINDOW = 4096;
    /** In chars: no written text keeps two ways open for so long; the better one is taken then. */
    private static final int LONGEST_WINDOW = 1 << 20;

    private static final int NOWHERE = -1;

    private final UnigramScores model;
    private char[] chars;
    private int from;
    private int to;
    /** The beginning of what is not spelt yet; the arrays below begin there. */
    private int base;
    private int at;
    private double[] score = new double[64];
    private int[] back = new int[64];
    private int[] id = new int[64];
    private int reached;
    private int[] path = new int[64];
    /** Unknown characters in a row are one token. */
    private int unknownFrom;

    UnigramLattice(UnigramScores model) {
        this.model = model;
    }

    void begin(char[] chars, int from, int to) {
        this.chars = chars;
        this.from = from;
        this.to = to;
        base = from;
        at = from;
        unknownFrom = NOWHERE;
        reached = 0;
        score[0] = 0;
    }

    /** Spells the next part of the word; false when that was the last. Chars are counted from the beginning of the word. */
    boolean spell(Spelling spelling) {
        int window = WINDOW;
        while (true) {
            int end = (int) Math.min(to, (long) base + window);
            makeRoom(end);
            while (at < end)
                at = step(at);
            if (at == to) {
                take(to, spelling);
                takeUnknown(to, spelling);
                return false;
            }
            int certain = certain();
            if (certain == base && window >= LONGEST_WINDOW) {
                certain = at;
                Arrays.fill(back, at + 1 - base, reached, NOWHERE);
            }
            if (certain > base) {
                take(certain, spelling);
                return true;
            }
            window *= 2;
        }
    }

    /** Goes on from a place with every token that begins there; returns the next place. */
    private int step(int place) {
        TokenTrie trie = model.trie();
        double soFar = score[place - base];
        int next = place + (Character.isHighSurrogate(chars[place]) && place + 1 < to ? 2 : 1);
        boolean single = false;
        int node = TokenTrie.ROOT;
        for (int i = place; i < to;) {
            node = trie.child(node, chars[i++]);
            if (node == TokenTrie.NONE) break;
            int token = trie.token(node);
            if (token == TokenTrie.NONE) continue;
            offer(i, place, token, soFar + model.scores()[token]);
            single |= i == next;
        }
        if (!single) offer(next, place, model.unknown(), soFar + model.unknownScore());
        return next;
    }

    private void offer(int end, int begin, int token, double total) {
        int i = end - base;
        if (back[i] != NOWHERE && total <= score[i]) return;
        back[i] = begin;
        score[i] = total;
        id[i] = token;
    }

    /** The last place that all ways on come through: where the ways back from all open ends meet. */
    private int certain() {
        int meeting = at;
        int last = Math.min(to, at + model.trie().longest()) - base;
        for (int end = at + 1 - base; end <= last; end++) {
            int other = back[end];
            while (other != NOWHERE && other != meeting)
                if (other > meeting) {
                    other = back[other - base];
                } else {
                    meeting = back[meeting - base];
                }
        }
        return meeting;
    }

    /** Takes the best way to {@code end}, and goes on from there. */
    private void take(int end, Spelling spelling) {
        int steps = 0;
        for (int place = end; place > base; place = back[place - base]) {
            if (steps == path.length) path = Arrays.copyOf(path, steps * 2);
            path[steps++] = place;
        }
        int begin = base;
        while (steps > 0) {
            int place = path[--steps];
            int token = id[place - base];
            if (token == model.unknown()) {
                if (unknownFrom == NOWHERE) unknownFrom = begin;
            } else {
                takeUnknown(begin, spelling);
                spelling.add(token, begin - from, place - from);
            }
            begin = place;
        }
        move(end);
    }

    private void takeUnknown(int end, Spelling spelling) {
        if (unknownFrom == NOWHERE) return;
        int token = model.trie().find(chars, unknownFrom, end);
        if (token == TokenTrie.NONE && model.bytes() != null && takeBytes(end, spelling)) return;
        spelling.add(token == TokenTrie.NONE ? model.unknown() : token, unknownFrom - from, end - from);
        unknownFrom = NOWHERE;
    }

    private boolean takeBytes(int end, Spelling spelling) {
        byte[] bytes = new String(chars, unknownFrom, end - unknownFrom).getBytes(StandardCharsets.UTF_8);
        for (byte b : bytes) if (model.bytes()[b & 0xFF] == BpeSymbols.NONE) return false;
        for (byte b : bytes) spelling.add(model.bytes()[b & 0xFF], unknownFrom - from, end - from);
        unknownFrom = NOWHERE;
        return true;
    }

    /** Makes another place the base. */
    private void move(int place) {
        int by = place - base;
        int kept = reached - by;
        System.arraycopy(score, by, score, 0, kept);
        System.arraycopy(back, by, back, 0, kept);
        System.arraycopy(id, by, id, 0, kept);
        reached = kept;
        base = place;
    }

    /**
     * Makes every place that can be reached from up to {@code end} one that was not reached yet; or from the next one, where the
     * last step begins just before {@code end} and takes two chars.
     */
    private void makeRoom(int end) {
        int room = (int) Math.min(to, (long) end + 1 + model.trie().longest()) - base + 1;
        if (room > score.length) {
            int length = Math.max(room, score.length * 2);
            score = Arrays.copyOf(score, length);
            back = Arrays.copyOf(back, length);
            id = Arrays.copyOf(id, length);
        }
        if (room > reached) Arrays.fill(back, reached, room, NOWHERE);
        reached = Math.max(reached, room);
    }
}
