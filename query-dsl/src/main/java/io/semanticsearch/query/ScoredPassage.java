package io.semanticsearch.query;

import io.semanticsearch.field.BroughtVector;
import io.semanticsearch.field.SourceText;
import io.semanticsearch.field.SourceText.Place;
import io.semanticsearch.field.StoredForm;
import io.semanticsearch.field.StoredPassages;
import io.semanticsearch.field.StoredVector;
import io.semanticsearch.field.TextHash;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A passage of a hit and how near it is to what a clause looks for.
 *
 * @param place position among the places of the document that hold passages: more than 0 in an array of objects only
 * @param text the whole text that it is part of; empty where the reader may not see all of it, or where it is not there to see
 * @param parts the values that the whole text is joined of
 * @param start index of its first UTF-16 char in the whole text
 * @param end index after its last UTF-16 char
 * @param score Lucene's score, by the vector in full precision
 */
record ScoredPassage(int place, Optional<String> text, List<SourceText.Part> parts, int start, int end, float score) {

    static final Comparator<ScoredPassage> BEST_FIRST = Comparator.comparing(ScoredPassage::score).reversed()
            .thenComparing(ScoredPassage::place).thenComparing(ScoredPassage::start);

    /**
     * The passages of a document that a clause shows, the best first.
     *
     * <p>Vectors and text come from the document's source as its reader gets it, so that a source field that is hidden from a user stays
     * hidden: what is left of the text then has another hash than the vectors were made for, and no part of it is shown.
     *
     * @param source the document as nested maps
     */
    static List<ScoredPassage> of(PassageClause clause, Map<String, Object> source) {
        List<ScoredPassage> passages = new ArrayList<>();
        int place = 0;
        for (Place holder : new SourceText(clause.field().path(), clause.field().sourceFields()).places(source)) {
            if (holder.value().isPresent()) add(clause, holder, place++, passages);
        }
        passages.removeIf(passage -> !clause.shows(passage.score));
        passages.sort(BEST_FIRST);
        return passages;
    }

    private static void add(PassageClause clause, Place holder, int place, List<ScoredPassage> passages) {
        try {
            if (!(holder.value().orElseThrow() instanceof String stored && StoredForm.isStored(stored))) {
                // Brought, and not marked as belonging to a text: it stands for all there is.
                float[] brought = BroughtVector.of(holder.value().orElseThrow(), clause.field().dimension());
                passages.add(whole(clause, holder, place, Optional.of(holder.text()), brought));
                return;
            }
            Optional<String> generation = StoredForm.in(stored, clause.field().space());
            if (generation.isEmpty()) return;
            StoredForm form = StoredForm.decode(generation.get());
            if (!form.label().fits(clause.field().space(), clause.field().passages())) return;
            Optional<String> text = Optional.of(holder.text())
                    .filter(seen -> TextHash.of(seen).equals(form.label().textHash()));
            switch (form) {
                case StoredVector one -> passages.add(whole(clause, holder, place, text, one.vector()));
                case StoredPassages many -> many.passages().forEach(passage -> passages.add(new ScoredPassage(place,
                        text.filter(seen -> passage.end() <= seen.length()), holder.parts(), passage.start(), passage.end(),
                        clause.score(passage.vector()))));
            }
        } catch (IllegalArgumentException e) {
            // Damaged, or something else altogether: such a document cannot be written, so this one was before the field was mapped.
            return;
        }
    }

    private static ScoredPassage whole(PassageClause clause, Place holder, int place, Optional<String> text, float[] vector) {
        return new ScoredPassage(place, text, holder.parts(), 0, holder.text().length(), clause.score(vector));
    }

    /** What it says, where that may be shown. */
    Optional<String> shown() {
        return text.map(whole -> whole.substring(start, end));
    }
}
