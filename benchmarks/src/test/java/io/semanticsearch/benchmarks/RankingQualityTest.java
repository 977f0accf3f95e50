package io.semanticsearch.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every expected figure is computed by hand, from log2(2) = 1, log2(3) = 1.58496, log2(4) = 2, log2(5) = 2.32193. */
class RankingQualityTest {
    private static final double TOLERANCE = 1e-5;

    @Test
    void a_perfect_ranking_is_1_throughout() {
        assertEquals(new RankingQuality(1, 1, 1), RankingQuality.of(List.of("a", "b", "c"), Map.of("a", 1, "b", 1)));
    }

    @Test
    void one_relevant_document_at_rank_2() {
        RankingQuality quality = RankingQuality.of(List.of("x", "a"), Map.of("a", 1));
        assertEquals(1 / 1.58496, quality.ndcg10(), TOLERANCE);
        assertEquals(0.5, quality.mrr10());
        assertEquals(1, quality.recall100());
    }

    @Test
    void graded_scores_are_the_gains() {
        // gained: 1/1 + 0 + 3/2 + 2/2.32193 = 3.36135; best: 3/1 + 2/1.58496 + 1/2 = 4.76186
        RankingQuality quality = RankingQuality.of(List.of("one", "x", "three", "two"), Map.of("one", 1, "two", 2, "three", 3));
        assertEquals(3.36135 / 4.76186, quality.ndcg10(), TOLERANCE);
        assertEquals(1, quality.mrr10());
    }

    @Test
    void only_the_first_10_count_for_ndcg_and_mrr_and_the_first_100_for_recall() {
        List<String> ranking = new ArrayList<>();
        for (int i = 0; i < 150; i++) ranking.add("x" + i);
        ranking.set(10, "eleventh");
        ranking.set(99, "hundredth");
        ranking.set(100, "hundred and first");
        RankingQuality quality = RankingQuality.of(ranking, Map.of("eleventh", 1, "hundredth", 1, "hundred and first", 1));
        assertEquals(0, quality.ndcg10());
        assertEquals(0, quality.mrr10());
        assertEquals(2.0 / 3, quality.recall100(), TOLERANCE);
    }

    @Test
    void the_best_possible_ranking_has_no_more_than_10_documents() {
        Map<String, Integer> judged = new HashMap<>();
        List<String> ranking = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            judged.put("d" + i, 1);
            if (i < 10) ranking.add("d" + i);
        }
        RankingQuality quality = RankingQuality.of(ranking, judged);
        assertEquals(1, quality.ndcg10(), TOLERANCE);
        assertEquals(0.5, quality.recall100());
    }

    @Test
    void a_document_judged_not_relevant_is_none() {
        RankingQuality quality = RankingQuality.of(List.of("zero", "negative", "a"), Map.of("zero", 0, "negative", -1, "a", 1));
        assertEquals(0.5, quality.ndcg10(), TOLERANCE);
        assertEquals(1.0 / 3, quality.mrr10(), TOLERANCE);
        assertEquals(1, quality.recall100());
    }

    @Test
    void nothing_found_is_0_throughout() {
        assertEquals(new RankingQuality(0, 0, 0), RankingQuality.of(List.of(), Map.of("a", 1)));
    }

    @Test
    void a_question_without_a_relevant_document_is_refused() {
        var failure = assertThrows(IllegalArgumentException.class, () -> RankingQuality.of(List.of("a"), Map.of("a", 0)));
        assertEquals("no document is relevant, so no ranking is better than another", failure.getMessage());
    }

    @Test
    void the_mean_is_that_of_each_figure() {
        var mean = RankingQuality.mean(List.of(new RankingQuality(1, 1, 1), new RankingQuality(0.5, 0, 0.25)));
        assertEquals(new RankingQuality(0.75, 0.5, 0.625), mean);
    }
}
