package io.semanticsearch.tokenizer;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The {@code pre_tokenizer} of a tokenizer.json: splits normalized text into the words that the model takes one by one. */
sealed interface PreTokenizer
        permits
        BertPreTokenizer,
        ByteLevel,
        Metaspace,
        PreTokenizerSequence,
        Split,
        UnicodeScripts,
        Whitespace,
        WhitespaceSplit {

    Map<String, Function<FileSection, PreTokenizer>> BY_TYPE = new TreeMap<>(Map.ofEntries(
            Map.entry("BertPreTokenizer", _ -> new BertPreTokenizer()),
            Map.entry("ByteLevel", ByteLevel::read),
            Map.entry("CharDelimiterSplit", Split::atDelimiter),
            Map.entry("Digits", Split::digits),
            Map.entry("Metaspace", Metaspace::read),
            Map.entry("Punctuation", Split::punctuation),
            Map.entry("Sequence", PreTokenizerSequence::read),
            Map.entry("Split", Split::read),
            Map.entry("UnicodeScripts", _ -> new UnicodeScripts()),
            Map.entry("Whitespace", _ -> new Whitespace()),
            Map.entry("WhitespaceSplit", _ -> new WhitespaceSplit())));

    static PreTokenizer read(FileSection section) {
        return section.absent() ? PreTokenizerSequence.NONE : section.object().readByType(BY_TYPE);
    }

    /** Takes the words of a text in their order. For one call on one thread. */
    interface Words {
        /** @param text may be filled with something else after the call */
        void word(AlignedText text, int from, int to);

        /** Whether further words do not matter. */
        default boolean enough() {
            return false;
        }
    }

    /** Splits the part of {@code text} from {@code from} to {@code to}. */
    void split(AlignedText text, int from, int to, Words words);

    /** What takes texts, splits them and passes their words on; may keep room to work in between one text and the next. */
    default Words before(Words after) {
        return new Words() {
            @Override
            public void word(AlignedText text, int from, int to) {
                split(text, from, to, after);
            }

            @Override
            public boolean enough() {
                return after.enough();
            }
        };
    }

    /**
     * Whether a word ends before this white space where it follows a letter or digit, and all words are the same without what is
     * beyond: then a long text can be read in pieces cut there.
     */
    boolean splitsBefore(char space);

    /** The same, but for the word itself that goes across: then it can be cut there when it is to be split there later. */
    default boolean keepsApart(char space) {
        return splitsBefore(space);
    }
}
