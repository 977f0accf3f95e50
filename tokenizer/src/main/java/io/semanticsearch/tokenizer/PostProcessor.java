package io.semanticsearch.tokenizer;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The {@code post_processor} of a tokenizer.json: puts special tokens round the tokens of a text or of a pair of texts. */
sealed interface PostProcessor
        permits
        BertProcessing,
        ByteLevelProcessing,
        PostProcessorSequence,
        RobertaProcessing,
        TemplateProcessing {

    Map<String, Function<FileSection, PostProcessor>> BY_TYPE = new TreeMap<>(Map.of(
            "BertProcessing", BertProcessing::read,
            "ByteLevel", ByteLevelProcessing::read,
            "RobertaProcessing", RobertaProcessing::read,
            "Sequence", PostProcessorSequence::read,
            "TemplateProcessing", TemplateProcessing::read));

    static PostProcessor read(FileSection section) {
        return section.absent() ? PostProcessorSequence.NONE : section.object().readByType(BY_TYPE);
    }

    Template single();

    Template pair();

    /** How the ranges of the tokens are trimmed, one after the other. */
    default List<Trimming> trimmings() {
        return List.of();
    }

    /**
     * Spaces at the ends of a token are not counted to its range.
     *
     * @param addPrefixSpace a single one at the beginning of a text was put there, so that it has no place that could be left out
     */
    record Trimming(boolean addPrefixSpace) {
        /** Of a section with {@code trim_offsets}; at most one. */
        static List<Trimming> read(FileSection section) {
            return section.get("trim_offsets").flagOr(true)
                    ? List.of(new Trimming(section.get("add_prefix_space").flagOr(true)))
                    : List.of();
        }
    }

    /** A special token that the file gives as {@code ["[SEP]", 102]}. */
    record NamedId(String token, int id) {
        static NamedId read(FileSection section) {
            var parts = section.list();
            if (parts.size() != 2) throw section.bad("has [" + parts.size() + "] entries, expected a token and its id");
            return new NamedId(parts.getFirst().text(), parts.getLast().count());
        }

        Template.Special typed(int typeId) {
            return Template.Special.of(token, id, typeId);
        }
    }
}
