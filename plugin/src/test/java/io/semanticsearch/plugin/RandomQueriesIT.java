package io.semanticsearch.plugin;

import io.semanticsearch.field.VectorBytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.support.WriteRequest.RefreshPolicy;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.search.SearchHit;
import org.opensearch.search.aggregations.bucket.terms.Terms;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;

/**
 * Clauses in random positions against an answer computed here by comparing with every vector, in an index of one shard, of two and of five.
 * So many candidates are explored that the graph has no part in it. What draws the clauses and what answers them must agree, so they stand
 * in one file.
 */
@ClusterScope(scope = Scope.SUITE, numDataNodes = 2, numClientNodes = 0, supportsDedicatedMasters = false)
public class RandomQueriesIT extends SemanticIntegTestCase {

    private static final int QUERIES = 200;
    private static final int DOCUMENTS = 300;
    private static final int DIMENSION = 16;
    private static final int[] SHARDS = {1, 2, 5};
    /** Fixed, so that what fails can be looked at again. */
    private static final long SEED = 20_260_811;

    /** Scores of the documents that match. */
    private record Matches(Map<Integer, Double> scores) {

        Matches where(IntPredicate kept) {
            Map<Integer, Double> left = new TreeMap<>();
            scores.forEach((doc, score) -> {
                if (kept.test(doc)) left.put(doc, score);
            });
            return new Matches(left);
        }
    }

    /** Part of a query: as JSON, and what it matches among the documents that what stands around it lets through. */
    private interface Part {

        String json();

        Matches matches(IntPredicate around);

        /** Whether it narrows what clauses beside it find; those that find k of something don't. */
        default boolean narrows() {
            return true;
        }
    }

    private final Random random = new Random(SEED);
    private final float[][] vectors = new float[DOCUMENTS][];
    private final int[] colours = new int[DOCUMENTS];
    private final int[] sizes = new int[DOCUMENTS];

    private void fill() {
        for (int doc = 0; doc < DOCUMENTS; doc++) {
            vectors[doc] = vector();
            colours[doc] = random.nextInt(5);
            sizes[doc] = random.nextInt(100);
        }
        for (int shards : SHARDS) {
            createIndex("random-" + shards, shards, 0, """
                    {"properties": {"colour": {"type": "keyword"}, "size": {"type": "integer"},
                      "meaning": {"type": "embedding", "dimension": %s}}}""".formatted(DIMENSION));
            // In several bulks with a refresh each, so that shards have several segments.
            for (int from = 0; from < DOCUMENTS; from += 100) {
                BulkRequest bulk = new BulkRequest().setRefreshPolicy(RefreshPolicy.IMMEDIATE);
                for (int doc = from; doc < from + 100; doc++) {
                    bulk.add(new IndexRequest("random-" + shards).id("" + doc).source(Map.of(
                            "colour", "c" + colours[doc], "size", sizes[doc], "meaning", VectorBytes.encode(vectors[doc]))));
                }
                assertFalse(client().bulk(bulk).actionGet().hasFailures());
            }
        }
    }

    private float[] vector() {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) vector[i] = (float) random.nextGaussian();
        return vector;
    }

    private static double cosine(float[] a, float[] b) {
        double dot = 0, aa = 0, bb = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
            aa += (double) a[i] * a[i];
            bb += (double) b[i] * b[i];
        }
        return dot / Math.sqrt(aa * bb);
    }

    /** A semantic clause: the k nearest of what is let through. */
    private Part clause() {
        float[] target = vector();
        int k = 1 + random.nextInt(15);
        boolean filtered = random.nextInt(3) == 0;
        int colour = random.nextInt(5);
        boolean bounded = random.nextInt(4) == 0;
        double least = 0.2;
        double boost = random.nextInt(3) == 0 ? 2 : 1;
        StringBuilder json = new StringBuilder("{\"semantic\": {\"meaning\": {\"vector\": \"" + VectorBytes.encode(target)
                + "\", \"k\": " + k + ", \"num_candidates\": " + DOCUMENTS);
        if (filtered) json.append(", \"filter\": {\"term\": {\"colour\": \"c").append(colour).append("\"}}");
        if (bounded) json.append(", \"min_similarity\": ").append(least);
        if (boost != 1) json.append(", \"boost\": ").append(boost);
        json.append("}}}");
        return new Part() {
            @Override
            public String json() {
                return json.toString();
            }

            @Override
            public Matches matches(IntPredicate around) {
                Map<Integer, Double> scores = new TreeMap<>();
                IntStream.range(0, DOCUMENTS).boxed()
                        .filter(around::test)
                        .filter(doc -> !filtered || colours[doc] == colour)
                        .sorted(Comparator.comparingDouble(doc -> -cosine(target, vectors[doc])))
                        .limit(k)
                        .filter(doc -> !bounded || cosine(target, vectors[doc]) >= least)
                        .forEach(doc -> scores.put(doc, boost * (1 + cosine(target, vectors[doc])) / 2));
                return new Matches(scores);
            }

            @Override
            public boolean narrows() {
                return false;
            }
        };
    }

    /** A clause without meaning, whose score is always the same. */
    private Part plain() {
        boolean byColour = random.nextBoolean();
        int colour = random.nextInt(5);
        int least = random.nextInt(70);
        String inner = byColour
                ? "{\"term\": {\"colour\": \"c" + colour + "\"}}"
                : "{\"range\": {\"size\": {\"gte\": " + least + "}}}";
        return new Part() {
            @Override
            public String json() {
                return "{\"constant_score\": {\"filter\": " + inner + ", \"boost\": 0.5}}";
            }

            @Override
            public Matches matches(IntPredicate around) {
                Map<Integer, Double> scores = new TreeMap<>();
                for (int doc = 0; doc < DOCUMENTS; doc++) {
                    if (byColour ? colours[doc] == colour : sizes[doc] >= least) scores.put(doc, 0.5);
                }
                return new Matches(scores);
            }
        };
    }

    private Part part(int depth) {
        if (depth == 0) return random.nextInt(4) == 0 ? plain() : clause();
        return switch (random.nextInt(8)) {
            case 0, 1, 2, 3 -> bool(depth);
            case 4 -> constant(part(depth - 1));
            case 5 -> weighted(part(depth - 1));
            case 6 -> best(List.of(part(depth - 1), part(depth - 1)));
            default -> clause();
        };
    }

    private List<Part> parts(int most, int depth) {
        return IntStream.range(0, random.nextInt(most + 1)).mapToObj(i -> random.nextBoolean() ? plain() : part(depth)).toList();
    }

    private Part bool(int depth) {
        List<Part> must = parts(2, depth - 1), filter = parts(2, depth - 1), not = parts(1, depth - 1);
        List<Part> some = parts(2, depth - 1);
        List<Part> should = must.isEmpty() && filter.isEmpty() && some.isEmpty() ? List.of(part(depth - 1)) : some;
        return new Part() {
            @Override
            public String json() {
                return "{\"bool\": {\"must\": " + list(must) + ", \"filter\": " + list(filter) + ", \"should\": " + list(should)
                        + ", \"must_not\": " + list(not) + "}}";
            }

            @Override
            public boolean narrows() {
                return List.of(must, filter, should, not).stream().flatMap(List::stream).allMatch(Part::narrows);
            }

            @Override
            public Matches matches(IntPredicate around) {
                IntPredicate inside = around;
                IntPredicate all = doc -> true;
                for (List<Part> required : List.of(must, filter)) {
                    for (Part part : required) if (part.narrows()) inside = inside.and(part.matches(all).scores::containsKey);
                }
                for (Part part : not) if (part.narrows()) inside = inside.and(doc -> !part.matches(all).scores.containsKey(doc));
                Map<Integer, Double> sums = new HashMap<>();
                for (int doc = 0; doc < DOCUMENTS; doc++) sums.put(doc, 0.0);
                Set<Integer> kept = new HashSet<>(sums.keySet());
                for (Part part : must) {
                    Matches found = part.matches(inside);
                    kept.retainAll(found.scores.keySet());
                    found.scores.forEach((doc, score) -> sums.merge(doc, score, Double::sum));
                }
                for (Part part : filter) kept.retainAll(part.matches(inside).scores.keySet());
                for (Part part : not) kept.removeAll(part.matches(all).scores.keySet());
                Set<Integer> any = new HashSet<>();
                for (Part part : should) {
                    Matches found = part.matches(inside);
                    any.addAll(found.scores.keySet());
                    found.scores.forEach((doc, score) -> sums.merge(doc, score, Double::sum));
                }
                if (must.isEmpty() && filter.isEmpty()) kept.retainAll(any);
                return new Matches(kept.stream().collect(Collectors.toMap(doc -> doc, sums::get)));
            }
        };
    }

    private Part constant(Part inner) {
        return around(inner, "{\"constant_score\": {\"boost\": 0.7, \"filter\": " + inner.json() + "}}", score -> 0.7);
    }

    private Part weighted(Part inner) {
        return around(inner, "{\"function_score\": {\"weight\": 3, \"query\": " + inner.json() + "}}", score -> 3 * score);
    }

    private static Part around(Part inner, String json, DoubleUnaryOperator score) {
        return new Part() {
            @Override
            public String json() {
                return json;
            }

            @Override
            public boolean narrows() {
                return inner.narrows();
            }

            @Override
            public Matches matches(IntPredicate around) {
                Map<Integer, Double> scores = new TreeMap<>();
                inner.matches(around).scores.forEach((doc, before) -> scores.put(doc, score.applyAsDouble(before)));
                return new Matches(scores);
            }
        };
    }

    private static Part best(List<Part> parts) {
        return new Part() {
            @Override
            public String json() {
                return "{\"dis_max\": {\"queries\": " + list(parts) + "}}";
            }

            @Override
            public boolean narrows() {
                return parts.stream().allMatch(Part::narrows);
            }

            @Override
            public Matches matches(IntPredicate around) {
                Map<Integer, Double> scores = new TreeMap<>();
                for (Part part : parts)
                    part.matches(around).scores.forEach((doc, score) -> scores.merge(doc, score, Math::max));
                return new Matches(scores);
            }
        };
    }

    private static String list(List<Part> parts) {
        return parts.stream().map(Part::json).collect(Collectors.joining(", ", "[", "]"));
    }

    private SearchResponse search(int shards, String source) throws Exception {
        SearchSourceBuilder parsed = new SearchSourceBuilder();
        try (var parser = createParser(MediaTypeRegistry.JSON.xContent(), source)) {
            parsed.parseXContent(parser);
        }
        return client().prepareSearch("random-" + shards).setSource(parsed).get();
    }

    public void testClausesInRandomPositionsFindWhatComparingWithAllFinds() throws Exception {
        fill();
        int found = 0;
        for (int number = 0; number < QUERIES; number++) {
            Part part = number % 10 == 0 ? clause() : part(1 + random.nextInt(3));
            Part after = random.nextInt(5) == 0 ? plain() : null;
            boolean counted = random.nextBoolean();
            String source = "{\"size\": 400, \"query\": " + part.json()
                    + (after == null ? "" : ", \"post_filter\": " + after.json())
                    + (counted ? ", \"aggs\": {\"colours\": {\"terms\": {\"field\": \"colour\"}}}" : "") + "}";
            Matches all = part.matches(doc -> true);
            Matches shown = after == null ? all : all.where(after.matches(doc -> true).scores::containsKey);
            found += shown.scores.size();
            for (int shards : SHARDS) {
                String what = "query " + number + " on " + shards + " shards: " + source;
                SearchResponse response = search(shards, source);
                Map<Integer, Float> scores = new TreeMap<>();
                for (SearchHit hit : response.getHits().getHits()) scores.put(Integer.valueOf(hit.getId()), hit.getScore());
                assertEquals(what, new ArrayList<>(new TreeMap<>(shown.scores).keySet()), new ArrayList<>(scores.keySet()));
                scores.forEach((doc, score) -> assertEquals(what, shown.scores.get(doc), score, 1e-4));
                assertEquals(what, shown.scores.size(), response.getHits().getTotalHits().value());
                if (counted) assertEquals(what, colours(all), colours(response));
            }
        }
        assertTrue("queries that find nothing show nothing: [" + found + "] hits", found > 10 * QUERIES);
    }

    private Map<String, Long> colours(Matches matches) {
        return new TreeMap<>(matches.scores.keySet().stream()
                .collect(Collectors.groupingBy(doc -> "c" + colours[doc], Collectors.counting())));
    }

    private static Map<String, Long> colours(SearchResponse response) {
        Terms terms = response.getAggregations().get("colours");
        Map<String, Long> counts = new TreeMap<>();
        for (Terms.Bucket bucket : terms.getBuckets()) counts.put(bucket.getKeyAsString(), bucket.getDocCount());
        return counts;
    }
}
