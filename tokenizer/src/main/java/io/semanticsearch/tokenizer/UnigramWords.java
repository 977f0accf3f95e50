package io.semanticsearch.tokenizer;

/** Words on their way to the tokens of {@link Unigram}. For one call on one thread. */
final class UnigramWords implements PreTokenizer.Words {

    private final SpellingCache cache;
    private final Tokens tokens;
    private final UnigramLattice lattice;
    private final Spelling spelling = new Spelling();

    UnigramWords(UnigramScores scores, SpellingCache cache, Tokens tokens) {
        this.cache = cache;
        this.tokens = tokens;
        this.lattice = new UnigramLattice(scores);
    }

    @Override
    public boolean enough() {
        return tokens.enough();
    }

    @Override
    public void word(AlignedText text, int from, int to) {
        char[] chars = text.array();
        boolean kept = to - from <= SpellingCache.LONGEST;
        int hash = kept ? SpellingCache.hash(chars, from, to) : 0;
        if (kept && cache.add(tokens, text, from, to, hash)) return;
        lattice.begin(chars, from, to);
        boolean more = true;
        while (more && !tokens.enough()) {
            spelling.clear();
            more = lattice.spell(spelling);
            spelling.addTo(tokens, text, from);
        }
        if (kept && !more) cache.put(chars, from, to, hash, spelling);
    }
}
