package io.semanticsearch.ingest;

import io.semanticsearch.field.BroughtVector;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.PassageRule;
import io.semanticsearch.field.SourceText;
import io.semanticsearch.field.SourceText.Place;
import io.semanticsearch.field.StoredForm;
import io.semanticsearch.field.StoredForm.Label;
import io.semanticsearch.field.StoredPassages;
import io.semanticsearch.field.StoredVector;
import io.semanticsearch.field.TextHash;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A field that takes vectors, and what its mapping or processor says about them.
 *
 * @param path full path of the field
 * @param sourceText where its text comes from
 * @param type what that text is
 * @param model id or alias of the model
 * @param space id of the space that the field lives in; empty where the field is not mapped, then the vector is written as numbers
 * @param dimension length of its vectors, where the field is mapped
 * @param passages how its text is cut into passages; empty where the whole text has one vector
 */
record Target(String path,
        SourceText sourceText,
        SourceType type,
        String model,
        Optional<String> space,
        int dimension,
        Optional<PassageRule> passages) {

    /** A target that gets one vector of the whole source. */
    Target(String path, SourceText sourceText, SourceType type, String model, Optional<String> space, int dimension) {
        this(path, sourceText, type, model, space, dimension, Optional.empty());
    }

    /** The field of a mapping that has source fields. */
    static Target of(FieldConfig config) {
        return new Target(
                config.path(),
                new SourceText(config.path(), config.sourceFields()),
                SourceType.TEXT,
                config.model().orElseThrow(),
                Optional.of(config.space()),
                config.dimension(),
                config.passages());
    }

    /** The space that the model must be of; a field without a model lives in one of its users' making, where any model is right. */
    Optional<String> modelSpace() {
        return space.filter(id -> !id.equals(StoredVector.OWN));
    }

    /**
     * Settles what can be settled without a model, and says which texts are left to embed. A vector that belongs to its text stays; a
     * brought one is marked as belonging to the text of now; one without a text is taken out. Plain numbers in a field that is not mapped
     * do not tell whose text they belong to, so they are made anew.
     */
    List<Task> settle(Map<String, Object> document) {
        List<Task> tasks = new ArrayList<>();
        for (Place place : sourceText.places(document)) {
            // A partial document that holds neither the field nor its sources says nothing about it.
            if (!place.touched() && !place.present()) continue;
            String hash = TextHash.of(place.text());
            Optional<Label> label = place.value().flatMap(StoredForm::labelOf);
            if (label.isPresent()) {
                boolean fits = space.isPresent() && label.get().fits(space.get(), passages);
                if (fits && label.get().textHash().equals(hash)) continue;
            } else if (place.value().isPresent() && space.isPresent()) {
                keepBrought(place, hash);
                continue;
            }
            if (place.text().isEmpty()) {
                place.remove();
            } else {
                tasks.add(new Task(this, place, hash));
            }
        }
        return tasks;
    }

    /** A vector that cannot be read stays as it is: the mapper refuses it and says why. */
    private void keepBrought(Place place, String hash) {
        try {
            float[] vector = BroughtVector.of(place.value().orElseThrow(), dimension);
            place.put(new StoredVector(space.orElseThrow(), StoredVector.Origin.BROUGHT, hash, vector).encode());
        } catch (IllegalArgumentException e) {
            return;
        }
    }

    /** One text to embed and where its vector goes. */
    record Task(Target target, Place place, String hash) {

        String text() {
            return place.text();
        }

        void write(float[] vector) {
            if (target.space.isPresent()) {
                place.put(new StoredVector(target.space.get(), StoredVector.Origin.MADE, hash, vector).encode());
            } else {
                List<Float> numbers = new ArrayList<>(vector.length);
                for (float x : vector) numbers.add(x);
                place.put(numbers);
            }
        }

        /** The vectors that the document holds of passages of an older text, by the hashes of these; some may stand in the new one. */
        Map<String, float[]> known() {
            if (target.passages.isEmpty() || !(place.value().orElse(null) instanceof String text)) return Map.of();
            Optional<Label> label = StoredForm.labelOf(text);
            if (label.isEmpty() || label.get().passages().isEmpty() || !label.get().space().equals(target.space.orElse(""))) {
                return Map.of();
            }
            Map<String, float[]> known = new HashMap<>();
            try {
                if (StoredForm.decode(text) instanceof StoredPassages old) {
                    old.passages().forEach(passage -> known.put(passage.hash(), passage.vector()));
                }
            } catch (IllegalArgumentException e) {
                return Map.of();
            }
            return known;
        }

        void write(Embedding.Passages made) {
            Map<String, float[]> known = known();
            List<StoredPassages.Passage> stored = new ArrayList<>(made.passages().size());
            for (Embedding.Passage passage : made.passages()) {
                float[] vector = passage.vector().map(Embedding.Vector::values).orElseGet(() -> known.get(passage.hash()));
                if (vector == null)
                    throw new IllegalStateException("passage [" + passage.span() + "] came back without a vector");
                stored.add(new StoredPassages.Passage(passage.span().start(), passage.span().end(), passage.hash(), vector));
            }
            place.put(new StoredPassages(target.space.orElseThrow(), target.passages.orElseThrow(), hash, stored).encode());
        }

        /** The text means nothing to the model, so there is no vector, and none of an older text may stay. */
        void writeNothing() {
            place.remove();
        }
    }
}
