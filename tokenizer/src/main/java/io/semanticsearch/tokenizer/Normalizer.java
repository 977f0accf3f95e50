package io.semanticsearch.tokenizer;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The {@code normalizer} of a tokenizer.json: rewrites text before it is split. */
sealed interface Normalizer
        permits
        BertNormalizer,
        Lowercase,
        Nmt,
        NormalizerSequence,
        Precompiled,
        Prepend,
        Replace,
        Strip,
        StripAccents,
        UnicodeForm {

    Map<String, Function<FileSection, Normalizer>> BY_TYPE = new TreeMap<>(Map.ofEntries(
            Map.entry("BertNormalizer", BertNormalizer::read),
            Map.entry("Lowercase", _ -> new Lowercase()),
            Map.entry("NFC", _ -> UnicodeForm.NFC),
            Map.entry("NFD", _ -> UnicodeForm.NFD),
            Map.entry("NFKC", _ -> UnicodeForm.NFKC),
            Map.entry("NFKD", _ -> UnicodeForm.NFKD),
            Map.entry("Nmt", _ -> new Nmt()),
            Map.entry("Precompiled", Precompiled::read),
            Map.entry("Prepend", Prepend::read),
            Map.entry("Replace", Replace::read),
            Map.entry("Sequence", NormalizerSequence::read),
            Map.entry("Strip", Strip::read),
            Map.entry("StripAccents", _ -> new StripAccents())));

    static Normalizer read(FileSection section) {
        return section.absent() ? NormalizerSequence.NONE : section.object().readByType(BY_TYPE);
    }

    /** The rewritten text; {@code text} itself may be returned, but is not changed. */
    AlignedText normalize(AlignedText text);

    /** Whether each code point becomes the same whatever stands around it, so that the results can be kept in a table. */
    boolean contextFree();

    /**
     * Whether, where this white space follows a letter or digit, both sides become the same without the other: then a long text
     * can be read in pieces cut there.
     */
    default boolean keepsApart(char space) {
        return true;
    }
}
