package io.semanticsearch.ingest;

import io.semanticsearch.field.PassageRule;
import io.semanticsearch.field.SourceText;
import io.semanticsearch.field.SourceText.Place;
import io.semanticsearch.field.StoredForm;
import io.semanticsearch.field.StoredForm.Label;
import io.semanticsearch.field.StoredPassages;
import io.semanticsearch.field.StoredVector.Origin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The vectors that models made for one field of a document, as they stand in the document that is about to be replaced. Which of its nested
 * objects held one says nothing: a vector belongs to a text.
 *
 * <p>Vectors that were brought are none of them. They are what a user says of a text, not what a model does, and a document that replaces
 * another without them has them no more.
 */
final class FormerVectors {

    static final FormerVectors NONE = new FormerVectors(List.of());

    /** One string for each generation and place. */
    private final List<String> forms;

    private FormerVectors(List<String> forms) {
        this.forms = forms;
    }

    /** @param source the document as it was, or the part of it that holds the field */
    static FormerVectors of(String path, Map<String, Object> source) {
        List<String> forms = new ArrayList<>(1);
        for (Place place : new SourceText(path, List.of()).places(source)) {
            if (!(place.value().orElse(null) instanceof String held) || !StoredForm.isStored(held)) continue;
            for (String form : StoredForm.generations(held)) {
                if (StoredForm.labelOf(form).filter(label -> label.origin() == Origin.MADE).isPresent()) forms.add(form);
            }
        }
        return forms.isEmpty() ? NONE : new FormerVectors(forms);
    }

    /** The same without what stands for a whole text and those of other spaces: what may serve a text that is new in part. */
    FormerVectors passagesOf(String space) {
        List<String> kept = forms.stream()
                .filter(form -> StoredForm.labelOf(form)
                        .filter(label -> label.passages().isPresent() && label.space().equals(space)).isPresent())
                .toList();
        return kept.isEmpty() ? NONE : new FormerVectors(kept);
    }

    /** Characters that it keeps in memory. */
    long size() {
        return forms.stream().mapToLong(String::length).sum();
    }

    /**
     * The stored form that a field would be given for this text now.
     *
     * @param dimension of its vectors; others are left, because a document may have been written before its field was mapped
     */
    Optional<String> of(String space, Optional<PassageRule> passages, String textHash, int dimension) {
        for (String form : forms) {
            Label label = StoredForm.labelOf(form).orElseThrow();
            if (!label.fits(space, passages) || !label.textHash().equals(textHash)) continue;
            Optional<StoredForm> decoded = decoded(form);
            if (decoded.isPresent() && decoded.get().vectors().getFirst().length == dimension) return Optional.of(form);
        }
        return Optional.empty();
    }

    /** The vectors of passages, by the hashes of their texts. */
    Map<String, float[]> passages(String space, int dimension) {
        Map<String, float[]> known = new HashMap<>();
        for (String form : forms) {
            if (StoredForm.labelOf(form).filter(label -> label.space().equals(space)).isEmpty()) continue;
            if (decoded(form).orElse(null) instanceof StoredPassages old) {
                for (StoredPassages.Passage passage : old.passages()) {
                    if (passage.vector().length == dimension) known.put(passage.hash(), passage.vector());
                }
            }
        }
        return known;
    }

    /** What is damaged is made anew, not a reason to refuse a document. */
    private static Optional<StoredForm> decoded(String form) {
        try {
            return Optional.of(StoredForm.decode(form));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
