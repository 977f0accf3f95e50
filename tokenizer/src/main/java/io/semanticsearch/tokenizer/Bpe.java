package io.semanticsearch.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;

/** Byte-pair encoding: a word is its characters at first, then neighbours are merged in the order of a list. */
final class Bpe implements TokenModel {

    private final Map<String, Integer> ids;
    private final OptionalInt unknownId;
    private final BpeSymbols symbols;
    private final BpeMerges merges;
    private final TokenTable whole;
    private final SpellingCache cache = new SpellingCache();

    /** @param whole words that are this token whatever the merges say; may be empty */
    private Bpe(Map<String, Integer> ids, OptionalInt unknownId, BpeSymbols symbols, BpeMerges merges, TokenTable whole) {
        this.ids = ids;
        this.unknownId = unknownId;
        this.symbols = symbols;
        this.merges = merges;
        this.whole = whole;
    }

    static Bpe read(FileSection section) {
        checkDropout(section.get("dropout"));
        Map<String, Integer> ids = Vocabulary.read(section.get("vocab"));
        String prefix = section.get("continuing_subword_prefix").textOr("");
        Integer unknown = ids.get(section.get("unk_token").textOr(""));
        BpeSymbols symbols = new BpeSymbols(ids, prefix, section.get("end_of_word_suffix").textOr(""),
                section.get("byte_fallback").flagOr(false), unknown == null ? BpeSymbols.NONE : unknown,
                section.get("fuse_unk").flagOr(false));
        return new Bpe(Map.copyOf(ids), unknown == null ? OptionalInt.empty() : OptionalInt.of(unknown), symbols,
                BpeMerges.read(section.get("merges"), ids, prefix),
                whole(section.get("ignore_merges").flagOr(false) ? ids : Map.of()));
    }

    /** Merges left out at random are for training; a model in use must give the same tokens each time. */
    private static void checkDropout(FileSection section) {
        JsonNode dropout = section.node();
        if (!section.absent() && !(dropout.isNumber() && dropout.doubleValue() == 0))
            throw section.bad("is [" + dropout + "], expected null or 0: tokens must not depend on chance");
    }

    private static TokenTable whole(Map<String, Integer> ids) {
        List<TokenTable.Entry> entries = new ArrayList<>(ids.size());
        ids.forEach((token, id) -> entries.add(new TokenTable.Entry(token, id)));
        return new TokenTable(entries);
    }

    @Override
    public TokenModel notSpelling(Set<Integer> special) {
        return new Bpe(ids, unknownId, symbols, merges.without(special), whole.without(special));
    }

    @Override
    public PreTokenizer.Words into(Tokens tokens) {
        return new BpeWords(symbols, merges, whole, cache, tokens);
    }

    @Override
    public Map<String, Integer> ids() {
        return ids;
    }

    @Override
    public OptionalInt unknownId() {
        return unknownId;
    }
}
