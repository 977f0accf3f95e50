package io.semanticsearch.query;

import io.semanticsearch.query.FoundHits.Hit;
import io.semanticsearch.query.FoundHits.Place;
import io.semanticsearch.query.FoundHitsQuery.Listed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.lucene.search.Explanation;
import org.opensearch.test.OpenSearchTestCase;

/** Scores of fused lists, worked out by hand. */
public class FusionTests extends OpenSearchTestCase {

    private static final Place HERE = new Place("index", 0);
    private static final Place THERE = new Place("index", 1);

    private static FoundHits hits(Object... placesIdsScores) {
        List<Hit> hits = new ArrayList<>();
        for (int i = 0; i < placesIdsScores.length; i += 3) {
            hits.add(new Hit((Place) placesIdsScores[i], (String) placesIdsScores[i + 1],
                    ((Number) placesIdsScores[i + 2]).floatValue()));
        }
        return new FoundHits(hits);
    }

    private static final FoundHits WORDS = hits(HERE, "a", 9, THERE, "a", 7, HERE, "b", 5, HERE, "c", 5, THERE, "d", 1);
    private static final FoundHits MEANING = hits(THERE, "d", 0.9, HERE, "b", 0.8, HERE, "e", 0.5);

    private static Map<String, Float> scores(FusionMethod method, Place place, float wordsWeight, float meaningWeight) {
        return fusion(method, wordsWeight, meaningWeight).at(place).stream()
                .collect(Collectors.toMap(Listed::id, Listed::score));
    }

    private static Fusion fusion(FusionMethod method, float... weights) {
        return new Fusion(method, List.of("words", "2"), weights, List.of(WORDS, MEANING));
    }

    private static void assertScores(Map<String, Double> expected, Map<String, Float> scores) {
        assertEquals(expected.keySet(), scores.keySet());
        expected.forEach((id, score) -> assertEquals(id, score, scores.get(id), 1e-6));
    }

    public void testMinMaxScalesOverTheWholeWindowAndKnowsShards() {
        assertScores(Map.of("a", 1.0, "b", 0.5 + 0.6 * 0.75, "c", 0.5, "e", 1e-6),
                scores(new FusionMethod.MinMax(), HERE, 1, 0.6f));
        assertScores(Map.of("a", 0.75, "d", 0.6), scores(new FusionMethod.MinMax(), THERE, 1, 0.6f));
        assertScores(Map.of(), scores(new FusionMethod.MinMax(), new Place("other", 0), 1, 1));
    }

    public void testEqualRanksShareTheBetterOne() {
        assertScores(Map.of("a", 2.0 / 61, "b", 2.0 / 63 + 1.0 / 62, "c", 2.0 / 63, "e", 1.0 / 63),
                scores(new FusionMethod.ReciprocalRank(60), HERE, 2, 1));
    }

    public void testHitsOfTheSameScoreAreWorthAll() {
        assertArrayEquals(new double[]{1, 1}, new FusionMethod.MinMax().worth(new float[]{3, 3}), 0);
        assertArrayEquals(new double[]{1}, new FusionMethod.MinMax().worth(new float[]{0}), 0);
        assertArrayEquals(new double[0], new FusionMethod.MinMax().worth(new float[0]), 0);
    }

    public void testAnExplanationSaysRankScoreAndWeightOfEachQuery() {
        Explanation minMax = fusion(new FusionMethod.MinMax(), 1, 0.6f).at(HERE).stream().filter(hit -> hit.id().equals("c"))
                .findFirst().orElseThrow().reason().explain();
        assertEquals("""
                0.5 = fusion by [min_max], sum of:
                  0.5 = query [words], weight [1.0]: rank [3] of [5], score [5.0], scaled between [1.0] and [9.0]
                  0.0 = query [2], weight [0.6]: not among its best [3]
                """, minMax.toString());
        Explanation rrf = fusion(new FusionMethod.ReciprocalRank(60), 1, 0.6f).at(THERE).stream()
                .filter(hit -> hit.id().equals("a")).findFirst().orElseThrow().reason().explain();
        assertEquals("""
                0.016129032 = fusion by [rrf], sum of:
                  0.016129032 = query [words], weight [1.0]: rank [2] of [5], score [7.0], 1 / (60 + rank)
                  0.0 = query [2], weight [0.6]: not among its best [3]
                """, rrf.toString());
    }
}
