package io.semanticsearch.tokenizer;

import java.util.List;

/** Each pre-tokenizer splits what the one before it made; none leaves the text in one piece. */
record PreTokenizerSequence(List<PreTokenizer> preTokenizers) implements PreTokenizer {

    static final PreTokenizerSequence NONE = new PreTokenizerSequence(List.of());

    PreTokenizerSequence {
        preTokenizers = List.copyOf(preTokenizers);
    }

    static PreTokenizerSequence read(FileSection section) {
        return new PreTokenizerSequence(section.get("pretokenizers").list().stream().map(PreTokenizer::read).toList());
    }

    @Override
    public void split(AlignedText text, int from, int to, Words words) {
        if (from < to) before(words).word(text, from, to);
    }

    @Override
    public Words before(Words after) {
        Words next = after;
        for (PreTokenizer preTokenizer : preTokenizers.reversed()) next = preTokenizer.before(next);
        return next;
    }

    @Override
    public boolean splitsBefore(char space) {
        for (PreTokenizer preTokenizer : preTokenizers) {
            if (preTokenizer.splitsBefore(space)) return true;
            if (!preTokenizer.keepsApart(space)) return false;
        }
        return false;
    }

    @Override
    public boolean keepsApart(char space) {
        return preTokenizers.stream().allMatch(p -> p.keepsApart(space));
    }
}
