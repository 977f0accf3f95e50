package io.semanticsearch.tokenizer;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;

/** SentencePiece's unigram model: of all ways to write a word as tokens the one with the highest sum of scores. */
final class Unigram implements TokenModel {

    /** What a character that is no token costs more than the worst token. */
    private static final double UNKNOWN_PENALTY = 10;

    private final Map<String, Integer> ids;
    private final UnigramScores scores;
    private final SpellingCache cache = new SpellingCache();

    private Unigram(Map<String, Integer> ids, UnigramScores scores) {
        this.ids = ids;
        this.scores = scores;
    }

    static Unigram read(FileSection section) {
        FileSection vocab = section.get("vocab");
        if (!vocab.node().isArray() || vocab.node().isEmpty())
            throw vocab.bad("is missing or empty, expected a list of tokens with their scores");
        int size = vocab.node().size();
        double[] scores = new double[size];
        double worst = Double.POSITIVE_INFINITY;
        Map<String, Integer> ids = HashMap.newHashMap(size);
        for (int id = 0; id < size; id++) {
            JsonNode entry = vocab.node().get(id);
            if (!entry.isArray() || entry.size() != 2 || !entry.get(0).isTextual() || !entry.get(1).isNumber()
                    || !Double.isFinite(entry.get(1).doubleValue()))
                throw vocab.item(id).bad("is [" + entry + "], expected a token and its score");
            scores[id] = UnigramScores.read(entry.get(1));
            worst = Math.min(worst, scores[id]);
            ids.put(entry.get(0).textValue(), id);
        }
        int unknown = section.get("unk_id").count();
        if (unknown >= size) throw section.get("unk_id").bad("is [" + unknown + "], expected an id of the vocab, below " + size);
        int[] bytes = section.get("byte_fallback").flagOr(false) ? BpeSymbols.bytes(ids) : null;
        return new Unigram(ids,
                new UnigramScores(TokenTrie.of(ids), scores, unknown, worst - UNKNOWN_PENALTY, bytes));
    }

    /** Special tokens are tokens like others to this model, and score best of all. */
    @Override
    public TokenModel notSpelling(Set<Integer> special) {
        return new Unigram(ids, scores.without(special));
    }

    @Override
    public PreTokenizer.Words into(Tokens tokens) {
        return new UnigramWords(scores, cache, tokens);
    }

    @Override
    public Map<String, Integer> ids() {
        return ids;
    }

    @Override
    public OptionalInt unknownId() {
        return OptionalInt.of(scores.unknown());
    }
}
