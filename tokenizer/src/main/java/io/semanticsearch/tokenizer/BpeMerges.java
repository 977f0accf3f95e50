package io.semanticsearch.tokenizer;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;

/** Which two neighbouring tokens become which one, and which of them first. Immutable. */
final class BpeMerges {

    static final int NONE = PairRanks.NONE;

    /** One after the other from the end of a token; a prefix that merging takes away could make them go in a circle. */
    private static final int MOST_PARTS = 1 << 10;

    /** Ranks of the pairs that are merged. */
    private final PairRanks ranks;
    /** By rank: the token that the pair becomes. */
    private final int[] merged;
    /** The pairs of characters that a merge can go across, as the tokens they are at first. */
    private final PairRanks joints;

    private BpeMerges(PairRanks ranks, int[] merged, PairRanks joints) {
        this.ranks = ranks;
        this.merged = merged;
        this.joints = joints;
    }

    /**
     * Reads merges in either spelling: {@code "a b"} or {@code ["a", "b"]}.
     *
     * @param prefix of the tokens that do not begin a word; gone when such a token is merged with the one before it
     */
    static BpeMerges read(FileSection section, Map<String, Integer> ids, String prefix) {
        if (!section.node().isArray()) throw section.bad("is missing or no list, expected the merges");
        int size = section.node().size();
        if (size > PairRanks.MOST_RANKS)
            throw section.bad("has [" + size + "] entries, expected " + PairRanks.MOST_RANKS + " at most");
        int[] left = new int[size];
        int[] right = new int[size];
        int[] merged = new int[size];
        int rank = 0;
        for (int i = 0; i < size; i++) {
            JsonNode node = section.node().get(i);
            if (node.isTextual() && node.textValue().startsWith("#version")) continue;
            String[] pair = pair(node);
            if (pair == null)
                throw section.item(i).bad("is [" + node + "], expected two tokens apart by a space or a list of two");
            String second = pair[1].startsWith(prefix) ? pair[1].substring(prefix.length()) : pair[1];
            left[rank] = id(pair[0], ids, section, i);
            right[rank] = id(pair[1], ids, section, i);
            merged[rank++] = id(pair[0] + second, ids, section, i);
        }
        return of(Arrays.copyOf(left, rank), right, merged, section);
    }

    /** The same without the merges that make some tokens. */
    BpeMerges without(Set<Integer> tokens) {
        if (Arrays.stream(merged).noneMatch(tokens::contains)) return this;
        return new BpeMerges(ranks.without(rank -> tokens.contains(merged[rank])), merged, joints);
    }

    /** The rank of a pair, or {@link #NONE}. */
    int rank(int left, int right) {
        return ranks.get(left, right);
    }

    /** What the pair of a rank becomes. */
    int merged(int rank) {
        return merged[rank];
    }

    /** Whether tokens can go across the place between two characters. */
    boolean canJoin(int left, int right) {
        return joints.get(left, right) != NONE;
    }

    /** @param left its length counts */
    private static BpeMerges of(int[] left, int[] right, int[] merged, FileSection section) {
        PairRanks ranks = new PairRanks(left.length);
        int[] first = new int[1 + Arrays.stream(merged).max().orElse(0)]; // by token: 1 + the one it begins with
        int[] last = new int[first.length];
        for (int i = 0; i < left.length; i++) {
            ranks.put(left[i], right[i], i);
            if (merged[i] != left[i]) first[merged[i]] = 1 + left[i];
            if (merged[i] != right[i]) last[merged[i]] = 1 + right[i];
        }
        PairRanks joints = new PairRanks(left.length);
        for (int i = 0; i < left.length; i++)
            joints.put(outermost(left[i], last, section), outermost(right[i], first, section), 0);
        return new BpeMerges(ranks, merged, joints);
    }

    /** The character that a token ends or begins with. */
    private static int outermost(int token, int[] parts, FileSection section) {
        int at = token;
        for (int i = 0; i < MOST_PARTS; i++) {
            if (at >= parts.length || parts[at] == 0) return at;
            at = parts[at] - 1;
        }
        throw section.bad("make the token with id [" + token + "] of itself or of over " + MOST_PARTS + " parts, expected fewer");
    }

    private static String[] pair(JsonNode node) {
        if (node.isTextual()) {
            String[] pair = node.textValue().split(" ", -1);
            return pair.length == 2 ? pair : null;
        }
        boolean ok = node.isArray() && node.size() == 2 && node.get(0).isTextual() && node.get(1).isTextual();
        return ok ? new String[]{node.get(0).textValue(), node.get(1).textValue()} : null;
    }

    private static int id(String token, Map<String, Integer> ids, FileSection section, int index) {
        Integer id = ids.get(token);
        if (id != null) return id;
        throw section.item(index).bad("needs token [" + token + "], which the vocab does not hold; add it");
    }
}
