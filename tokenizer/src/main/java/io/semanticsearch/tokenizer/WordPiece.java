package io.semanticsearch.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * BERT's model: a word is the longest token that it begins with, then the longest that the rest begins with, and so on, where a
 * token that does not begin a word is written with a prefix such as {@code ##}. A word that does not come out even is unknown.
 */
final class WordPiece implements TokenModel {

    private final Map<String, Integer> ids;
    private final int unknownId;
    private final int longestWord;
    private final TokenTable beginnings;
    private final TokenTable continuations;

    /**
     * @param prefix      marks the tokens that continue a word
     * @param longestWord in code points; a longer word is unknown
     */
    WordPiece(Map<String, Integer> ids, int unknownId, String prefix, int longestWord) {
        List<TokenTable.Entry> all = new ArrayList<>(ids.size());
        List<TokenTable.Entry> continuing = new ArrayList<>();
        ids.forEach((token, id) -> {
            all.add(new TokenTable.Entry(token, id));
            if (token.startsWith(prefix)) continuing.add(new TokenTable.Entry(token.substring(prefix.length()), id));
        });
        this(Map.copyOf(ids), unknownId, longestWord, new TokenTable(all), new TokenTable(continuing));
    }

    private WordPiece(Map<String, Integer> ids, int unknownId, int longestWord, TokenTable beginnings, TokenTable continuations) {
        this.ids = ids;
        this.unknownId = unknownId;
        this.longestWord = longestWord;
        this.beginnings = beginnings;
        this.continuations = continuations;
    }

    static WordPiece read(FileSection section) {
        Map<String, Integer> ids = Vocabulary.read(section.get("vocab"));
        String unknown = section.get("unk_token").text();
        Integer unknownId = ids.get(unknown);
        if (unknownId == null) throw section.bad("has unk_token [" + unknown + "], which its vocab does not hold; add it");
        return new WordPiece(ids, unknownId, section.get("continuing_subword_prefix").text(),
                section.get("max_input_chars_per_word").count());
    }

    @Override
    public TokenModel notSpelling(Set<Integer> special) {
        return new WordPiece(ids, unknownId, longestWord, beginnings.without(special), continuations.without(special));
    }

    @Override
    public PreTokenizer.Words into(Tokens tokens) {
        return new PreTokenizer.Words() {
            @Override
            public void word(AlignedText text, int from, int to) {
                tokenize(text, from, to, tokens);
            }

            @Override
            public boolean enough() {
                return tokens.enough();
            }
        };
    }

    void tokenize(AlignedText text, int from, int to, Tokens tokens) {
        char[] chars = text.array();
        if (to - from > longestWord && Character.codePointCount(chars, from, to - from) > longestWord) {
            tokens.add(unknownId, text.start(from), text.end(to - 1));
            return;
        }
        int before = tokens.count();
        int at = from;
        while (at < to) {
            long found = (at == from ? beginnings : continuations).longest(chars, at, to);
            if (found == TokenTable.NOT_FOUND) {
                tokens.rewind(before);
                tokens.add(unknownId, text.start(from), text.end(to - 1));
                return;
            }
            int end = (int) (found >>> 32);
            tokens.add((int) found, text.start(at), text.end(end - 1));
            at = end;
        }
    }

    /** The id of a word that is one token, or {@link TokenTable#NOT_FOUND}; with a hash made by {@link TokenTable#step}. */
    int wholeWord(char[] chars, int length, int hash) {
        return beginnings.find(chars, 0, length, hash);
    }

    /** In code points. */
    int longestWord() {
        return longestWord;
    }

    @Override
    public Map<String, Integer> ids() {
        return ids;
    }

    @Override
    public OptionalInt unknownId() {
        return OptionalInt.of(unknownId);
    }
}
