package io.semanticsearch.field;

import java.util.List;
import java.util.Optional;

/**
 * The parameters of an {@code embedding} field, resolved.
 *
 * @param model id of the model, or null for a field that only takes vectors
 * @param space id of the space
 * @param dimension length of its vectors
 * @param sourceFields full paths of the fields that hold the text
 * @param similarity how vectors are compared
 * @param format how they lie in a segment
 * @param passages how text is cut into passages, or null where it is not
 * @param generations what the field has besides the vectors that serve
 * @param ignoreFailure whether a document is written without its vector where that cannot be made
 * @param modelByDefault whether the mapping named no model, so that merging keeps the one that is there
 * @param formatByDefault the parts of the format that the mapping did not name, which are kept likewise
 */
record FieldSettings(
        String model,
        String space,
        int dimension,
        List<String> sourceFields,
        Similarity similarity,
        VectorFormat format,
        PassageRule passages,
        Generations generations,
        boolean ignoreFailure,
        boolean modelByDefault,
        VectorFormat.Open formatByDefault) {

    FieldConfig config(String path) {
        return new FieldConfig(path, Optional.ofNullable(model), space, dimension, sourceFields, similarity,
                Optional.ofNullable(passages), generations, ignoreFailure);
    }

    FieldGeneration serving() {
        return new FieldGeneration(model, space, dimension);
    }

    /** Whether a newer mapping of the field is that of the field after it moved on to another generation. */
    boolean movesTo(FieldSettings newer) {
        if (model == null || newer.model == null || space.equals(newer.space)) return false;
        return generations.next().filter(newer.serving()::equals).isPresent() || newer.generations.previous().contains(serving());
    }

    /** These settings in the generation of newer ones. */
    FieldSettings moved(FieldSettings newer) {
        return new FieldSettings(newer.model, newer.space, newer.dimension, sourceFields, similarity, format, passages,
                generations.after(serving(), newer.space), ignoreFailure, modelByDefault, formatByDefault);
    }

    /** These settings, with what newer ones say of generations taken up. */
    FieldSettings withGenerations(Generations newer) {
        return new FieldSettings(model, space, dimension, sourceFields, similarity, format, passages, newer, ignoreFailure,
                modelByDefault, formatByDefault);
    }

    /** These settings with what they left open as the other ones have it. */
    FieldSettings filledFrom(FieldSettings existing) {
        return new FieldSettings(
                modelByDefault ? existing.model : model,
                modelByDefault ? existing.space : space,
                modelByDefault ? existing.dimension : dimension,
                sourceFields,
                similarity,
                format.filledFrom(existing.format, formatByDefault),
                passages,
                generations,
                ignoreFailure,
                modelByDefault,
                formatByDefault);
    }
}
