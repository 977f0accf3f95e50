package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * How good a ranking is, by the formulas of trec_eval, which BEIR uses.
 *
 * @param ndcg10 normalised discounted cumulative gain of the first 10, where a document gains its score
 * @param mrr10 1 divided by the rank of the first relevant document, or 0 where there is none among the first 10
 * @param recall100 the part of the relevant documents that is among the first 100
 */
record RankingQuality(double ndcg10, double mrr10, double recall100) {

    /**
     * @param ranking ids of documents, the best first, each once
     * @param judged the score of each judged document, by id; relevant is what has more than 0, and something must be
     */
    static RankingQuality of(List<String> ranking, Map<String, Integer> judged) {
        long relevant = judged.values().stream().filter(score -> score > 0).count();
        if (relevant == 0) throw new IllegalArgumentException("no document is relevant, so no ranking is better than another");
        List<String> first10 = ranking.subList(0, Math.min(10, ranking.size()));
        List<Integer> gains = first10.stream().map(id -> gain(id, judged)).toList();
        List<Integer> best = judged.values().stream().sorted((a, b) -> b - a).limit(10).toList();
        long found = ranking.stream().limit(100).filter(id -> gain(id, judged) > 0).count();
        return new RankingQuality(discounted(gains) / discounted(best), reciprocalRank(gains), (double) found / relevant);
    }

    static RankingQuality mean(Collection<RankingQuality> all) {
        return new RankingQuality(mean(all, RankingQuality::ndcg10), mean(all, RankingQuality::mrr10),
                mean(all, RankingQuality::recall100));
    }

    ObjectNode toJson() {
        return JsonNodeFactory.instance.objectNode()
                .put("ndcg@10", Decimals.round(ndcg10, 4))
                .put("mrr@10", Decimals.round(mrr10, 4))
                .put("recall@100", Decimals.round(recall100, 4));
    }

    private static int gain(String id, Map<String, Integer> judged) {
        return Math.max(0, judged.getOrDefault(id, 0));
    }

    private static double discounted(List<Integer> gains) {
        double sum = 0;
        for (int i = 0; i < gains.size(); i++) sum += Math.max(0, gains.get(i)) * Math.log(2) / Math.log(i + 2);
        return sum;
    }

    private static double reciprocalRank(List<Integer> gains) {
        for (int i = 0; i < gains.size(); i++) if (gains.get(i) > 0) return 1.0 / (i + 1);
        return 0;
    }

    private static double mean(Collection<RankingQuality> all, ToDoubleFunction<RankingQuality> figure) {
        return all.stream().mapToDouble(figure).average().orElseThrow();
    }
}
