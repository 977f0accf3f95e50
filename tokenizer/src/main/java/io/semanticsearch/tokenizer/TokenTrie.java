package io.semanticsearch.tokenizer;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.Set;

/**
 * Finds all tokens that some chars begin with, char by char: a double-array trie. Immutable.
 *
 * <p>The child of node n by char c is the cell {@code base(n) + code(c)}, if that cell says that n is its parent. Codes are given
 * by frequency, so that the children of most nodes lie close together.
 */
final class TokenTrie {

    static final int ROOT = 0;
    static final int NONE = -1;

    /** How many free cells are tried for the children of a node before those cells are given up for all nodes. */
    private static final int TRIES = 50;

    private final char[] codes;
    /** By node: at 2n where its children begin, at 2n + 1 its parent or {@link #NONE}. */
    private final int[] cells;
    /** By node: the id of the token that ends there, or {@link #NONE}. */
    private final int[] tokens;
    private final int longest;

    private TokenTrie(char[] codes, int[] cells, int[] tokens, int longest) {
        this.codes = codes;
        this.cells = cells;
        this.tokens = tokens;
        this.longest = longest;
    }

    /** An empty token is never found. */
    static TokenTrie of(Map<String, Integer> ids) {
        return new Builder(ids).build();
    }

    /** The same without some tokens. */
    TokenTrie without(Set<Integer> ids) {
        return new TokenTrie(codes, cells, Arrays.stream(tokens).map(id -> ids.contains(id) ? NONE : id).toArray(), longest);
    }

    /** The node after one more char, or {@link #NONE}. */
    int child(int node, char c) {
        int code = codes[c];
        if (code == 0) return NONE;
        int child = cells[2 * node] + code;
        return cells[2 * child + 1] == node ? child : NONE;
    }

    /** The token that ends at a node, or {@link #NONE}. */
    int token(int node) {
        return tokens[node];
    }

    /** The token with exactly these chars, or {@link #NONE}. */
    int find(char[] chars, int from, int to) {
        int node = ROOT;
        for (int i = from; i < to && node != NONE; i++) node = child(node, chars[i]);
        return node == NONE ? NONE : tokens[node];
    }

    /** In chars, of the longest token. */
    int longest() {
        return longest;
    }

    private static final class Builder {
        private final Map<String, Integer> ids;
        private final String[] sorted;
        private final char[] codes = new char[0x10000];
        private final int chars;
        private final BitSet used = new BitSet();
        private int[] cells = new int[1 << 12];
        private int[] ends = new int[1 << 11];
        private int dense = 1; // where looking for free cells begins: there are hardly any before
        private int lastCell;

        Builder(Map<String, Integer> ids) {
            this.ids = ids;
            this.sorted = ids.keySet().toArray(String[]::new);
            Arrays.sort(sorted);
            long[] counts = new long[codes.length]; // with the char in the lower half, to be sorted together
            for (int c = 0; c < counts.length; c++) counts[c] = c;
            for (String token : sorted) for (int i = 0; i < token.length(); i++) counts[token.charAt(i)] += 1 << Character.SIZE;
            Arrays.sort(counts);
            int code = 0;
            for (int i = counts.length - 1; i >= 0 && counts[i] >> Character.SIZE > 0; i--)
                codes[(char) counts[i]] = (char) ++code;
            chars = code;
        }

        TokenTrie build() {
            Arrays.fill(cells, NONE);
            Arrays.fill(ends, NONE);
            used.set(ROOT);
            int longest = 0;
            int[] stack = {ROOT, 0, sorted.length, 0}; // node, its tokens from and to, its depth
            int top = sorted.length == 0 ? 0 : stack.length;
            while (top > 0) {
                top -= 4;
                int node = stack[top];
                int from = stack[top + 1];
                int to = stack[top + 2];
                int depth = stack[top + 3];
                if (sorted[from].length() == depth) {
                    if (depth > 0) ends[node] = ids.get(sorted[from]);
                    from++;
                }
                if (from == to) continue;
                longest = Math.max(longest, depth + 1);
                int[] bounds = bounds(from, to, depth);
                int base = base(bounds, depth);
                cells[2 * node] = base;
                if (top + 4 * bounds.length > stack.length) stack = Arrays.copyOf(stack, 2 * (top + 4 * bounds.length));
                for (int i = 0; i + 1 < bounds.length; i++) {
                    int child = base + code(bounds[i], depth);
                    cells[2 * child + 1] = node;
                    stack[top++] = child;
                    stack[top++] = bounds[i];
                    stack[top++] = bounds[i + 1];
                    stack[top++] = depth + 1;
                }
            }
            int length = lastCell + 1 + chars; // any code may be added to any base
            ensure(length);
            return new TokenTrie(codes, Arrays.copyOf(cells, 2 * length), Arrays.copyOf(ends, length), longest);
        }

        /** Where in the sorted tokens another char begins, and the end. */
        private int[] bounds(int from, int to, int depth) {
            int[] bounds = new int[4];
            int count = 0;
            for (int i = from; i < to; i++) {
                if (i > from && code(i, depth) == code(i - 1, depth)) continue;
                if (count + 1 == bounds.length) bounds = Arrays.copyOf(bounds, 2 * count + 2);
                bounds[count++] = i;
            }
            bounds[count++] = to;
            return Arrays.copyOf(bounds, count);
        }

        private int code(int i, int depth) {
            return codes[sorted[i].charAt(depth)];
        }

        /** A place where the cells of all children are free; they are taken. */
        private int base(int[] bounds, int depth) {
            int[] children = new int[bounds.length - 1];
            for (int i = 0; i < children.length; i++) children[i] = code(bounds[i], depth);
            Arrays.sort(children);
            int tries = 0;
            int cell = used.nextClearBit(Math.max(dense, children[0] + 1));
            while (!free(cell - children[0], children)) {
                cell = used.nextClearBit(cell + 1);
                if (++tries == TRIES) dense = Math.max(dense, cell);
            }
            int base = cell - children[0];
            for (int child : children) used.set(base + child);
            lastCell = Math.max(lastCell, base + children[children.length - 1]);
            ensure(lastCell + 1);
            return base;
        }

        private boolean free(int base, int[] children) {
            for (int child : children) if (used.get(base + child)) return false;
            return true;
        }

        private void ensure(int length) {
            int old = ends.length;
            if (length <= old) return;
            cells = Arrays.copyOf(cells, 2 * Math.max(length, 2 * old));
            ends = Arrays.copyOf(ends, cells.length / 2);
            Arrays.fill(cells, 2 * old, cells.length, NONE);
            Arrays.fill(ends, old, ends.length, NONE);
        }
    }
}
