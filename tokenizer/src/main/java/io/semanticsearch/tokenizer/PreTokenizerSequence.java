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
        Words next = words;
        for (PreTokenizer preTokenizer : preTokenizers.reversed()) {
            Words after = next;
            next = (t, f, e) -> preTokenizer.split(t, f, e, after);
        }
        if (from < to) next.word(text, from, to);
    }

    @Override
    public boolean splitsAtSpaces() {
        return preTokenizers.stream().anyMatch(PreTokenizer::splitsAtSpaces);
    }
}
