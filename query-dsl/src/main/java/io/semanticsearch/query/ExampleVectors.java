package io.semanticsearch.query;

import io.semanticsearch.field.FieldConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.opensearch.action.IndicesRequest;
import org.opensearch.core.action.ActionListener;
import org.opensearch.transport.client.Client;

/** Makes of examples one vector for each space that is searched: texts and images are embedded for it, documents count where they live. */
final class ExampleVectors {

    private final String field;
    private final Subject.Examples examples;
    /** One of the fields that have a space, for each space. */
    private final Map<String, FieldConfig> bySpace = new TreeMap<>();

    /**
     * @param searched how the searched indices have the field, by index
     * @throws IllegalArgumentException where one vector cannot serve all of them
     */
    ExampleVectors(String field, Subject.Examples examples, Map<String, FieldConfig> searched) {
        this.field = field;
        this.examples = examples;
        Map<String, String> firstIndex = new HashMap<>();
        searched.forEach((index, config) -> {
            FieldConfig other = bySpace.putIfAbsent(config.space(), config);
            firstIndex.putIfAbsent(config.space(), index);
            if (other == null) return;
            String both = "[" + firstIndex.get(config.space()) + "] and [" + index + "] have vectors of ";
            if (other.similarity() != config.similarity()) {
                throw refused(both + "one space under [" + other.similarity() + "] and [" + config.similarity()
                        + "]; examples are put together in another way for each, so search the indices apart");
            }
            if (other.dimension() != config.dimension()) {
                throw refused(both + "[" + other.dimension() + "] and [" + config.dimension()
                        + "] dimensions; search them apart");
            }
        });
    }

    /**
     * Starts making them.
     *
     * @param embed the vector of a text or an image in a space; of length 0 where it means nothing to the model
     * @return by space; of length 0 where nothing that was to be liked means anything to the model
     */
    CompletableFuture<Map<String, float[]>> make(
            BiFunction<Subject.Asked, String, CompletableFuture<float[]>> embed,
            ExampleDocuments documents,
            IndicesRequest search,
            Client client) {
        if (bySpace.isEmpty()) return CompletableFuture.completedFuture(Map.of());
        CompletableFuture<Map<Example.Document, ExampleDocuments.Found>> found = new CompletableFuture<>();
        if (examples.documents().isEmpty()) {
            found.complete(Map.of());
        } else {
            documents.find(examples.documents(), field, search, client,
                    ActionListener.wrap(found::complete, found::completeExceptionally));
        }
        Map<Key, CompletableFuture<float[]>> embedded = new HashMap<>();
        for (List<Example> list : List.of(examples.like(), examples.unlike())) {
            for (Example example : list) {
                if (!(example instanceof Example.Described(Subject.Asked asked, float weight))) continue;
                for (String space : bySpace.keySet())
                    embedded.computeIfAbsent(new Key(asked, space), key -> embed.apply(asked, space));
            }
        }
        Collection<CompletableFuture<?>> all = new ArrayList<>(embedded.values());
        all.add(found);
        return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)).thenApply(done -> {
            checkSpaces(found.join());
            Map<String, float[]> vectors = new TreeMap<>();
            bySpace.forEach((space, config) -> vectors.put(space, blend(config, found.join(), embedded)));
            return vectors;
        });
    }

    private record Key(Subject.Asked asked, String space) {}

    private void checkSpaces(Map<Example.Document, ExampleDocuments.Found> found) {
        found.forEach((document, vectors) -> {
            if (!bySpace.containsKey(vectors.space())) {
                throw refused(document + " has a vector in the space [" + vectors.space() + "], the searched field lives in "
                        + bySpace.keySet() + ": another model made it, so it cannot serve as an example");
            }
        });
    }

    private float[] blend(
            FieldConfig config,
            Map<Example.Document, ExampleDocuments.Found> documents,
            Map<Key, CompletableFuture<float[]>> embedded) {
        Blend blend = new Blend(config.similarity(), config.dimension());
        try {
            boolean meaningless = false;
            for (Example example : examples.like()) {
                List<float[]> vectors = vectors(example, config.space(), documents, embedded);
                meaningless |= vectors.isEmpty() && example instanceof Example.Described;
                if (!vectors.isEmpty()) blend.like(vectors, example.weight());
            }
            if (!blend.likesAny()) {
                if (meaningless) return new float[0];
                throw new IllegalArgumentException("none of the documents in [like] has a vector in the space [" + config.space()
                        + "], which is searched, too; search the indices of one space, or add a text to [like]");
            }
            for (Example example : examples.unlike()) {
                List<float[]> vectors = vectors(example, config.space(), documents, embedded);
                if (!vectors.isEmpty()) blend.unlike(vectors, example.weight());
            }
            return blend.vector();
        } catch (IllegalArgumentException e) {
            throw refused(e.getMessage());
        }
    }

    /** None where an example says nothing in a space. */
    private static List<float[]> vectors(
            Example example,
            String space,
            Map<Example.Document, ExampleDocuments.Found> documents,
            Map<Key, CompletableFuture<float[]>> embedded) {
        return switch (example) {
            case Example.Document document -> {
                ExampleDocuments.Found found = documents.get(document);
                yield found.space().equals(space) ? found.vectors() : List.of();
            }
            case Example.Described(Subject.Asked asked, float weight) -> {
                float[] vector = embedded.get(new Key(asked, space)).join();
                yield vector.length == 0 ? List.of() : List.of(vector);
            }
            case Example.Described(Subject subject, float weight) -> List.of(((Subject.Given) subject).vector());
        };
    }

    private IllegalArgumentException refused(String reason) {
        return new IllegalArgumentException("[semantic] field [" + field + "]: " + reason);
    }
}
