package io.semanticsearch.trainer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A WordPiece vocabulary: a word is the longest token that it begins with, then the longest [##] token that the rest begins with, and so
 * on. Immutable.
 */
final class WordPieces {

    static final int PADDING = 0;
    static final int UNKNOWN = 1;
    static final List<String> SPECIAL = List.of("[PAD]", "[UNK]");
    static final String CONTINUED = "##";
    /** In code points; a longer word is unknown. */
    static final int LONGEST_WORD = 100;

    private static final int[] UNKNOWN_WORD = {UNKNOWN};

    private final List<String> tokens;
    private final Map<String, Integer> beginnings = new HashMap<>();
    private final Map<String, Integer> continuations = new HashMap<>();
    private final int longest;

    /** @param tokens by id, the special ones first */
    WordPieces(List<String> tokens) {
        if (!tokens.subList(0, SPECIAL.size()).equals(SPECIAL)) {
            throw new IllegalArgumentException(
                    "a vocabulary begins with " + tokens.subList(0, SPECIAL.size()) + ", expected " + SPECIAL);
        }
        this.tokens = List.copyOf(tokens);
        int max = 1;
        for (int id = SPECIAL.size(); id < tokens.size(); id++) {
            String token = tokens.get(id);
            boolean continues = token.startsWith(CONTINUED) && token.length() > CONTINUED.length();
            String text = continues ? token.substring(CONTINUED.length()) : token;
            if ((continues ? continuations : beginnings).put(text, id) != null) {
                throw new IllegalArgumentException("token [" + token + "] is twice in the vocabulary");
            }
            max = Math.max(max, text.length());
        }
        this.longest = max;
    }

    List<String> tokens() {
        return tokens;
    }

    int size() {
        return tokens.size();
    }

    /** The ids that spell a word. */
    int[] spell(String word) {
        return spell(word, longest);
    }

    /** The ids that spell a word when it is none itself, as for a word that the vocabulary does not have. */
    int[] spellInPieces(String word) {
        return spell(word, Math.min(longest, word.length() - 1));
    }

    /** The ids that spell a word with a first token of at most so many chars. */
    int[] spell(String word, int first) {
        if (word.length() > LONGEST_WORD && word.codePointCount(0, word.length()) > LONGEST_WORD) return UNKNOWN_WORD;
        IntList ids = new IntList(8);
        int at = 0;
        while (at < word.length()) {
            Map<String, Integer> fitting = at == 0 ? beginnings : continuations;
            int end = Math.min(word.length(), at + (at == 0 ? first : longest));
            Integer id = null;
            for (; end > at && id == null; end--) id = fitting.get(word.substring(at, end));
            if (id == null) return UNKNOWN_WORD;
            ids.add(id);
            at = end + 1;
        }
        return ids.toArray();
    }
}
