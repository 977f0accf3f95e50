package io.semanticsearch.tokenizer;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The {@code normalizer} of a tokenizer.json: rewrites text before it is split. */
sealed interface Normalizer permits BertNormalizer, Lowercase, StripAccents, UnicodeForm, NormalizerSequence {

    Map<String, Function<FileSection, Normalizer>> BY_TYPE = new TreeMap<>(Map.of(
            "BertNormalizer", BertNormalizer::read,
            "Lowercase", _ -> new Lowercase(),
            "NFC", _ -> UnicodeForm.NFC,
            "NFD", _ -> UnicodeForm.NFD,
            "NFKC", _ -> UnicodeForm.NFKC,
            "NFKD", _ -> UnicodeForm.NFKD,
            "Sequence", NormalizerSequence::read,
            "StripAccents", _ -> new StripAccents()));

    static Normalizer read(FileSection section) {
        return section.absent() ? NormalizerSequence.NONE : section.object().readByType(BY_TYPE);
    }

    /** The rewritten text; {@code text} itself may be returned, but is not changed. */
    AlignedText normalize(AlignedText text);

    /** Whether each code point becomes the same whatever stands around it, so that the results can be kept in a table. */
    boolean contextFree();
}
