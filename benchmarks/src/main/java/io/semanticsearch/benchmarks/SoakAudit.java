package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.field.StoredVector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads every document of the cluster with its vectors, the stored one and the one of the index, and compares with what the writers know.
 * One for all copies of the shards: what is wrong on a replica alone is wrong.
 */
final class SoakAudit {
    private static final int PAGE = 500;
    /** Vectors of the same text and model differ by rounding alone. */
    private static final double SAME = 0.9999;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Map<String, SoakRecord> records = new HashMap<>();
    private final EmbeddingFunction function;
    private final Map<String, String> lost = new LinkedHashMap<>();
    private final Map<String, String> stale = new LinkedHashMap<>();
    private final Map<String, String> doubled = new LinkedHashMap<>();
    private long found;

    SoakAudit(Collection<SoakRecord> all, EmbeddingFunction function) {
        all.forEach(document -> records.put(document.key(), document));
        this.function = function;
    }

    /** Documents that are there and should not be missing; by key, with what is wrong. So are the other two. */
    Map<String, String> lost() {
        return lost;
    }

    /** Documents that hold an old text, a vector of another text or none, or that were deleted. */
    Map<String, String> stale() {
        return stale;
    }

    /** Documents that are there more than once. */
    Map<String, String> doubled() {
        return doubled;
    }

    /** Documents in the copies that were read last. */
    long found() {
        return found;
    }

    /** @param copies of each shard, {@code _primary} or {@code _replica} */
    void read(Rest rest, String indices, String copies) throws IOException {
        Map<String, Integer> times = new HashMap<>();
        found = 0;
        ObjectNode body = JSON.objectNode().put("size", PAGE);
        body.putArray("sort").add("_doc");
        body.putArray("_source").add("key").add("title").add("body").add("revision").add(Soak.FIELD);
        body.putArray("docvalue_fields").add(Soak.FIELD);
        JsonNode page = rest.call("POST", "/" + indices + "/_search?scroll=5m&preference=" + copies, body.toString());
        while (!page.at("/hits/hits").isEmpty()) {
            requireAllShards(page);
            compare(page.at("/hits/hits"), copies, times);
            page = rest.call("POST", "/_search/scroll",
                    JSON.objectNode().put("scroll", "5m").put("scroll_id", page.path("_scroll_id").asText()).toString());
        }
        requireAllShards(page);
        for (SoakRecord document : records.values()) {
            int count = times.getOrDefault(document.key(), 0);
            if (count > 1) doubled.put(document.key(), count + " times in " + document.index() + copies);
            if (count == 0 && !document.possible().contains(Optional.empty()))
                lost.put(document.key(), "not in " + document.index() + copies + ", but " + document.possible());
        }
    }

    private static void requireAllShards(JsonNode page) {
        if (page.at("/_shards/failed").asInt() > 0)
            throw new BenchmarkException("not all documents could be read: " + page.path("_shards"));
    }

    private void compare(JsonNode hits, String copies, Map<String, Integer> times) {
        List<String> texts = new ArrayList<>();
        for (JsonNode hit : hits) texts.add(document(hit).text());
        List<Embedding> expected = function.encodeDocuments(texts);
        for (int i = 0; i < texts.size(); i++) {
            JsonNode hit = hits.get(i);
            String key = hit.at("/_source/key").asText();
            found++;
            times.merge(key, 1, Integer::sum);
            SoakRecord known = records.get(key);
            if (known == null) throw new BenchmarkException("a document that nobody wrote: " + hit);
            SoakDocument there = document(hit);
            String where = hit.path("_index").asText() + "/" + hit.path("_id").asText() + copies;
            if (!known.possible().contains(Optional.of(there))) {
                stale.put(key, where + " is " + there + ", expected " + known.possible());
            }
            wrong(hit, vector(expected.get(i))).ifPresent(what -> stale.put(key, where + " " + what));
        }
    }

    private static SoakDocument document(JsonNode hit) {
        JsonNode source = hit.path("_source");
        return new SoakDocument(source.path("title").asText(), source.path("body").asText(), source.path("revision").asLong());
    }

    /** What is wrong with the vectors of a document. */
    private static Optional<String> wrong(JsonNode hit, float[] expected) {
        JsonNode stored = hit.path("_source").path(Soak.FIELD);
        if (!stored.isTextual()) return Optional.of("has no vector");
        double inSource = cosine(StoredVector.decode(stored.asText()).vector(), expected);
        if (inSource < SAME) return Optional.of("has a vector at cosine " + inSource + " to that of its text");
        JsonNode indexed = hit.path("fields").path(Soak.FIELD);
        if (indexed.path(0).isArray()) indexed = indexed.path(0);
        if (indexed.size() != expected.length) return Optional.of("has no vector in the index but [" + hit.path("fields") + "]");
        float[] values = new float[expected.length];
        for (int i = 0; i < values.length; i++) values[i] = indexed.get(i).floatValue();
        double inIndex = cosine(values, expected);
        return inIndex < SAME
                ? Optional.of("is found by a vector at cosine " + inIndex + " to that of its text")
                : Optional.empty();
    }

    static float[] vector(Embedding embedding) {
        return switch (embedding) {
            case Embedding.Vector vector -> vector.values();
            case Embedding.Nothing none -> throw new BenchmarkException("the model makes no vector of a text of the soak");
            case Embedding.Refused refused -> throw new BenchmarkException(refused.reason());
            case Embedding.Passages passages ->
                throw new BenchmarkException("the model made passages where a vector was asked for");
        };
    }

    static double cosine(float[] a, float[] b) {
        if (a.length != b.length) return 0;
        double dot = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (int i = 0; i < a.length; i++) {
            dot += a[i] * b[i];
            squaresA += a[i] * a[i];
            squaresB += b[i] * b[i];
        }
        return dot / Math.sqrt(squaresA * squaresB);
    }
}
