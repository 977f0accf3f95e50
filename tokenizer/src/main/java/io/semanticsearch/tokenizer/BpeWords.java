package io.semanticsearch.tokenizer;

/** Words on their way to the tokens of {@link Bpe}. For one call on one thread. */
final class BpeWords implements PreTokenizer.Words {

    /**
     * In chars: as much of a word is merged in one go at most. No written text has such a word; one made to cost time is cut here
     * even where a token might have gone across.
     */
    private static final int LONGEST = 1 << 18;

    private final BpeSymbols symbols;
    private final BpeMerges merges;
    private final TokenTable whole;
    private final SpellingCache cache;
    private final Tokens tokens;
    private final BpeMerging merging;
    private final Spelling spelling = new Spelling();

    BpeWords(BpeSymbols symbols, BpeMerges merges, TokenTable whole, SpellingCache cache, Tokens tokens) {
        this.symbols = symbols;
        this.merges = merges;
        this.whole = whole;
        this.cache = cache;
        this.tokens = tokens;
        this.merging = new BpeMerging(merges);
    }

    @Override
    public boolean enough() {
        return tokens.enough();
    }

    @Override
    public void word(AlignedText text, int from, int to) {
        int id = to - from <= whole.longest() ? whole.find(text.array(), from, to) : TokenTable.NOT_FOUND;
        if (id != TokenTable.NOT_FOUND) {
            tokens.add(id, text.start(from), text.end(to - 1));
        } else if (to - from <= SpellingCache.LONGEST) {
            part(text, from, to, true, true);
        } else {
            longWord(text, from, to);
        }
    }

    /**
     * Parts that no token can go across are merged by themselves: some files make one word of a whole text, whose parts so are
     * about what a reader calls words.
     */
    private void longWord(AlignedText text, int from, int to) {
        int begin = from;
        int before = BpeSymbols.NONE;
        int next;
        for (int i = from; i < to; i = next) {
            int c = text.codePointAt(i);
            next = i + Character.charCount(c);
            int id = symbols.id(c, i == from, next == to);
            boolean apart = before != BpeSymbols.NONE && id != BpeSymbols.NONE && !merges.canJoin(before, id);
            if (apart || i - begin >= LONGEST) {
                part(text, begin, i, begin == from, false);
                if (tokens.enough()) return;
                begin = i;
            }
            before = id;
        }
        part(text, begin, to, begin == from, true);
    }

    private void part(AlignedText text, int from, int to, boolean beginsWord, boolean endsWord) {
        char[] chars = text.array();
        boolean kept = to - from <= SpellingCache.LONGEST && (symbols.plain() || beginsWord && endsWord);
        int hash = kept ? SpellingCache.hash(chars, from, to) : 0;
        if (kept && cache.add(tokens, text, from, to, hash)) return;
        merging.clear();
        symbols.read(chars, from, to, beginsWord, endsWord, merging);
        spelling.clear();
        merging.spell(from, spelling);
        spelling.addTo(tokens, text, from);
        if (kept) cache.put(chars, from, to, hash, spelling);
    }
}
