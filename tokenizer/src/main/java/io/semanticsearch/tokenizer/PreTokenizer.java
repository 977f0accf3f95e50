package io.semanticsearch.tokenizer;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The {@code pre_tokenizer} of a tokenizer.json: splits normalized text into the words that the model takes one by one. */
sealed interface PreTokenizer permits BertPreTokenizer, Whitespace, WhitespaceSplit, Punctuation, PreTokenizerSequence {

    Map<String, Function<FileSection, PreTokenizer>> BY_TYPE = new TreeMap<>(Map.of(
            "BertPreTokenizer", _ -> new BertPreTokenizer(),
            "Punctuation", Punctuation::read,
            "Sequence", PreTokenizerSequence::read,
            "Whitespace", _ -> new Whitespace(),
            "WhitespaceSplit", _ -> new WhitespaceSplit()));

    static PreTokenizer read(FileSection section) {
        return section.absent() ? PreTokenizerSequence.NONE : section.object().readByType(BY_TYPE);
    }

    /** Takes the words of a text in their order. */
    interface Words {
        void word(AlignedText text, int from, int to);
    }

    /** Splits the part of {@code text} from {@code from} to {@code to}. */
    void split(AlignedText text, int from, int to, Words words);

    /** Whether no word goes across a space, a tab or a line end, so that a long text can be read in pieces cut there. */
    boolean splitsAtSpaces();
}
