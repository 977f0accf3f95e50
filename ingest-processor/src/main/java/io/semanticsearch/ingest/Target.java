package io.semanticsearch.ingest;

import io.semanticsearch.field.BroughtVector;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.PassageRule;
import io.semanticsearch.field.SourceText;
import io.semanticsearch.field.SourceText.Place;
import io.semanticsearch.field.StoredForm;
import io.semanticsearch.field.StoredPassages;
import io.semanticsearch.field.StoredVector;
import io.semanticsearch.field.TextHash;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

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
 * @param spaces ids of all spaces that the field is to have vectors of; others are left behind
 * @param optional whether a document is written without this vector where it cannot be made
 */
record Target(String path,
        SourceText sourceText,
        SourceType type,
        String model,
        Optional<String> space,
        int dimension,
        Optional<PassageRule> passages,
        Set<String> spaces,
        boolean optional) {

    /** A target that gets one vector of the whole source. */
    Target(String path, SourceText sourceText, SourceType type, String model, Optional<String> space, int dimension) {
        this(path, sourceText, type, model, space, dimension, Optional.empty());
    }

    /** A target that must have its vectors, and of one generation only. */
    Target(String path,
            SourceText sourceText,
            SourceType type,
            String model,
            Optional<String> space,
            int dimension,
            Optional<PassageRule> passages) {
        this(path, sourceText, type, model, space, dimension, passages, space.map(Set::of).orElse(Set.of()), false);
    }

    /** The field of a mapping that has source fields, with the generation of vectors that serves. */
    static Target of(FieldConfig config) {
        return new Target(
                config.path(),
                new SourceText(config.path(), config.sourceFields()),
                SourceType.TEXT,
                config.model().orElseThrow(),
                Optional.of(config.space()),
                config.dimension(),
                config.passages(),
                config.written().stream().map(FieldConfig::space).collect(Collectors.toUnmodifiableSet()),
                config.ignoreFailure());
    }

    /** The same once for each generation that its documents are to have. */
    static List<Target> generationsOf(FieldConfig field) {
        Target serving = of(field);
        return field.written().stream().map(config -> new Target(serving.path, serving.sourceText, serving.type,
                config.model().orElseThrow(), Optional.of(config.space()), config.dimension(), config.passages(), serving.spaces,
                config.ignoreFailure())).toList();
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
    List<Task> settle(Map<String, Object> document, EmbeddingCounts counts) {
        List<Task> tasks = new ArrayList<>();
        for (Place place : sourceText.places(document)) {
            // A partial document that holds neither the field nor its sources says nothing about it.
            if (!place.touched() && !place.present()) continue;
            String hash = TextHash.of(place.text());
            if (place.value().orElse(null) instanceof String held && StoredForm.isStored(held)) {
                if (space.isPresent() && isFresh(held, hash)) {
                    leaveBehind(place, held);
                    counts.reused();
                    continue;
                }
            } else if (place.value().isPresent() && space.isPresent()) {
                keepBrought(place, hash);
                continue;
            }
            Task task = new Task(this, place, hash, FormerVectors.NONE);
            if (place.text().isEmpty()) {
                task.writeNothing();
            } else {
                tasks.add(task);
            }
        }
        return tasks;
    }

    private boolean isFresh(String held, String hash) {
        return StoredForm.in(held, space.get()).flatMap(StoredForm::labelOf)
                .filter(label -> label.fits(space.get(), passages) && label.textHash().equals(hash)).isPresent();
    }

    /** Vectors of generations that the field has no more are taken out. */
    private void leaveBehind(Place place, String held) {
        List<String> all = StoredForm.generations(held);
        List<String> kept = all.stream()
                .filter(one -> StoredForm.labelOf(one).filter(label -> spaces.contains(label.space())).isPresent()).toList();
        if (kept.size() < all.size()) place.put(StoredForm.join(kept));
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

    /**
     * One text to embed and where its vector goes.
     *
     * @param former what the document that this one replaces may have of it
     */
    record Task(Target target, Place place, String hash, FormerVectors former) {

        String text() {
            return place.text();
        }

        Task with(FormerVectors known) {
            return new Task(target, place, hash, known);
        }

        /**
         * Whether the document that this one replaces may have a vector for it: of a space that is known to be one model's, and unless the
         * document was read before and came with what it had.
         */
        boolean mayReuse() {
            return target.modelSpace().isPresent()
                    && !(place.value().orElse(null) instanceof String held && StoredForm.isStored(held));
        }

        /** Writes the vector that was made for this text before, and says whether there is one. */
        boolean take(FormerVectors vectors) {
            Optional<String> made = vectors.of(target.space.orElseThrow(), target.passages, hash, target.dimension);
            made.ifPresent(this::put);
            return made.isPresent();
        }

        void write(float[] vector) {
            if (target.space.isPresent()) {
                put(new StoredVector(target.space.get(), StoredVector.Origin.MADE, hash, vector).encode());
            } else {
                List<Float> numbers = new ArrayList<>(vector.length);
                for (float x : vector) numbers.add(x);
                place.put(numbers);
            }
        }

        /**
         * The vectors that the document, or the one that it replaces, holds of passages of an older text, by the hashes of these; some may
         * stand in the new one.
         */
        Map<String, float[]> known() {
            if (target.passages.isEmpty()) return Map.of();
            Optional<String> held = StoredForm.in(place.value().orElse(null), target.space.orElse(""));
            if (held.isEmpty()) return former.passages(target.space.orElse(""), target.dimension);
            Map<String, float[]> known = new HashMap<>();
            try {
                if (StoredForm.decode(held.get()) instanceof StoredPassages old) {
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
            put(new StoredPassages(target.space.orElseThrow(), target.passages.orElseThrow(), hash, stored).encode());
        }

        /** Beside what other generations of the field have of the same text. */
        private void put(String form) {
            List<String> all = new ArrayList<>(others());
            all.add(form);
            place.put(StoredForm.join(all));
        }

        /** There is no vector, because the text means nothing to the model or could not be embedded, and none of an older text may stay. */
        void writeNothing() {
            List<String> others = others();
            if (others.isEmpty()) {
                place.remove();
            } else {
                place.put(StoredForm.join(others));
            }
        }

        private List<String> others() {
            if (!(place.value().orElse(null) instanceof String held) || !StoredForm.isStored(held)) return List.of();
            return StoredForm.generations(held).stream().filter(one -> StoredForm.labelOf(one)
                    .filter(label -> !label.space().equals(target.space.orElse("")) && target.spaces.contains(label.space())
                            && label.textHash().equals(hash))
                    .isPresent()).toList();
        }
    }
}
