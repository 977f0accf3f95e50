package io.semanticsearch.tokenizer;

import java.util.Arrays;
import java.util.List;

/**
 * Finds added tokens in a text: of those that begin first, the longest.
 *
 * <p>A trie whose nodes are indexes into arrays; the children of a node are a linked list, as hardly any has more than a few.
 */
final class AddedTokenFinder {

    private static final int NONE = -1;
    private static final int ROOT = 0;

    private final AddedToken[] tokens;
    private int nodes = 1;
    private char[] charOf = new char[64];
    private int[] firstChild = new int[64];
    private int[] sibling = new int[64];
    private int[] tokenAt = new int[64];

    /** @param patterns what {@code tokens.get(i)} looks like in the text, by i; an empty one is never found */
    AddedTokenFinder(List<AddedToken> tokens, List<String> patterns) {
        this.tokens = tokens.toArray(AddedToken[]::new);
        firstChild[ROOT] = NONE;
        tokenAt[ROOT] = NONE;
        for (int i = 0; i < this.tokens.length; i++) {
            int node = ROOT;
            for (char c : patterns.get(i).toCharArray()) {
                int child = child(node, c);
                node = child == NONE ? addChild(node, c) : child;
            }
            if (node != ROOT && tokenAt[node] == NONE) tokenAt[node] = i;
        }
    }

    /** The tokens in the part of {@code text} from {@code from} to {@code to}, which counts as a text of its own. */
    Matches in(CharSequence text, int from, int to) {
        return new Matches(text, from, to);
    }

    /** Goes from one added token in a text to the next. */
    final class Matches {
        private final CharSequence text;
        private final int from;
        private final int to;
        private int scan;
        private int right;
        private AddedToken token;
        private int start;
        private int end;

        private Matches(CharSequence text, int from, int to) {
            this.text = text;
            this.from = from;
            this.to = to;
            this.scan = from;
            this.end = from;
        }

        /** Moves on; false when there is no further token. */
        boolean next() {
            if (nodes == 1) return false; // the usual case: nothing to look for, so the text need not be read for it
            int previousEnd = end;
            while (scan < to) {
                int left = scan;
                int found = longestAt(left);
                if (found == NONE) {
                    scan++;
                    continue;
                }
                scan = right; // a token refused here is passed over whole
                AddedToken candidate = tokens[found];
                if (candidate.singleWord() && (wordBefore(left) || wordAfter(right))) continue;
                token = candidate;
                start = candidate.stripLeft() ? spacesBefore(left, previousEnd) : left;
                end = candidate.stripRight() ? spacesAfter(right) : right;
                scan = end;
                return true;
            }
            return false;
        }

        AddedToken token() {
            return token;
        }

        /** Where the token begins, not before the end of the last one. */
        int start() {
            return start;
        }

        int end() {
            return end;
        }

        /** Index of the longest token that begins at {@code left}; leaves its end in {@link #right}. */
        private int longestAt(int left) {
            int found = NONE;
            int node = ROOT;
            for (int i = left; i < to; i++) {
                node = child(node, text.charAt(i));
                if (node == NONE) break;
                if (tokenAt[node] != NONE) {
                    found = tokenAt[node];
                    right = i + 1;
                }
            }
            return found;
        }

        private boolean wordBefore(int i) {
            return i > from && CharacterKind.isWord(Character.codePointBefore(text, i));
        }

        private boolean wordAfter(int i) {
            return i < to && CharacterKind.isWord(Character.codePointAt(text, i));
        }

        private int spacesBefore(int i, int least) {
            int at = i;
            while (at > least && CharacterKind.isWhitespace(text.charAt(at - 1)))
                at--;
            return at;
        }

        private int spacesAfter(int i) {
            int at = i;
            while (at < to && CharacterKind.isWhitespace(text.charAt(at)))
                at++;
            return at;
        }
    }

    private int child(int node, char c) {
        int child = firstChild[node];
        while (child != NONE && charOf[child] != c)
            child = sibling[child];
        return child;
    }

    private int addChild(int parent, char c) {
        if (nodes == charOf.length) {
            charOf = Arrays.copyOf(charOf, nodes * 2);
            firstChild = Arrays.copyOf(firstChild, nodes * 2);
            sibling = Arrays.copyOf(sibling, nodes * 2);
            tokenAt = Arrays.copyOf(tokenAt, nodes * 2);
        }
        int node = nodes++;
        charOf[node] = c;
        firstChild[node] = NONE;
        tokenAt[node] = NONE;
        sibling[node] = firstChild[parent];
        firstChild[parent] = node;
        return node;
    }
}
