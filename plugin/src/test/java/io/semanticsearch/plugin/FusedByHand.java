package io.semanticsearch.plugin;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What a fusion of two queries must find, computed from all documents at once. The score of a document in them is its number a, and b. */
final class FusedByHand {

    private FusedByHand() {}

    /** A document; ids repeat in the other index, and in the same under another routing. */
    record Doc(String index, String id, String routing, double a, double b, int group) {

        String key() {
            return index + " " + routing + " " + id;
        }

        Map<String, Object> source() {
            Map<String, Object> source = new HashMap<>(Map.of("group", group, "key", key(), "parts", List.of(
                    Map.of("n", 1), Map.of("n", 2))));
            if (a > 0) source.put("a", a);
            if (b > 0) source.put("b", b);
            return source;
        }
    }

    /** One query's documents, best first, with what each is worth. */
    private static Map<Doc, Double> worth(List<Doc> docs, ToDoubleFunction<Doc> score, int window, boolean byRank) {
        List<Doc> ranked = docs.stream().filter(doc -> score.applyAsDouble(doc) > 0)
                .sorted(Comparator.comparingDouble(score).reversed()).limit(window).toList();
        double max = score.applyAsDouble(ranked.getFirst());
        double min = score.applyAsDouble(ranked.getLast());
        Map<Doc, Double> worth = new HashMap<>();
        for (Doc doc : ranked) {
            long better = ranked.stream().filter(other -> score.applyAsDouble(other) > score.applyAsDouble(doc)).count();
            worth.put(doc, byRank ? 1.0 / (60 + better + 1) : (score.applyAsDouble(doc) - min) / (max - min));
        }
        return worth;
    }

    /** The score of each hit, by {@link Doc#key}. */
    static Map<String, Double> scores(List<Doc> searched, int window, boolean byRank, double weightA, double weightB) {
        Map<Doc, Double> byA = worth(searched, Doc::a, window, byRank);
        Map<Doc, Double> byB = worth(searched, Doc::b, window, byRank);
        Map<String, Double> scores = new HashMap<>();
        for (Doc doc : searched) {
            if (doc.a() <= 0 && doc.b() <= 0) continue;
            boolean inWindow = byA.containsKey(doc) || byB.containsKey(doc);
            double sum = weightA * byA.getOrDefault(doc, 0.0) + weightB * byB.getOrDefault(doc, 0.0);
            scores.put(doc.key(), inWindow ? Math.max(1e-6, sum) : 0);
        }
        return scores;
    }
}
