package io.semanticsearch.query;

import io.semanticsearch.query.FoundHits.Hit;
import io.semanticsearch.query.FoundHits.Place;
import io.semanticsearch.query.FoundHitsQuery.Listed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.search.Explanation;

/**
 * The global hits of several queries as one list: a document's score is the sum, over the queries that found it, of weight times worth.
 *
 * @param queries names of the queries, for explanations
 * @param weights one a query, 0 or more
 * @param found the hits of each query
 */
record Fusion(FusionMethod method, List<String> queries, float[] weights, List<FoundHits> found) {

    /** What any query found comes before what is merely matched, which has a score of 0. */
    static final float LEAST = 1e-6f;

    /** The documents of one shard, with scores that are the same on every shard. */
    List<Listed> at(Place here) {
        Map<String, Sum> sums = new LinkedHashMap<>();
        for (int query = 0; query < found.size(); query++) {
            List<Hit> hits = found.get(query).hits();
            float[] scores = new float[hits.size()];
            for (int i = 0; i < scores.length; i++) scores[i] = hits.get(i).score();
            double[] worth = method.worth(scores);
            for (int i = 0; i < scores.length; i++) {
                if (!hits.get(i).place().equals(here)) continue;
                sums.computeIfAbsent(hits.get(i).id(), _ -> new Sum(found.size())).add(query, new Part(scores, i, worth[i]));
            }
        }
        List<Listed> listed = new ArrayList<>(sums.size());
        sums.forEach((id, sum) -> listed.add(new Listed(id, sum.score(), sum::explain)));
        return listed;
    }

    /** What one query says of a document: its place among the query's hits, and what that is worth. */
    private record Part(float[] scores, int position, double worth) {

        /** Hits of the same score share the better rank. */
        int rank() {
            int better = position;
            while (better > 0 && scores[better - 1] == scores[position])
                better--;
            return better + 1;
        }
    }

    private final class Sum {

        private final Part[] parts;

        Sum(int queries) {
            this.parts = new Part[queries];
        }

        /** A document that a query found twice, which only a broken cluster could tell, counts once. */
        void add(int query, Part part) {
            if (parts[query] == null) parts[query] = part;
        }

        float score() {
            double sum = 0;
            for (int i = 0; i < parts.length; i++) if (parts[i] != null) sum += weights[i] * parts[i].worth;
            return Math.max(LEAST, (float) sum);
        }

        Explanation explain() {
            List<Explanation> details = new ArrayList<>();
            for (int i = 0; i < parts.length; i++) details.add(explain(i));
            return Explanation.match(score(), "fusion by [" + method.name() + "], sum of:", details);
        }

        private Explanation explain(int query) {
            String who = "query [" + queries.get(query) + "], weight [" + weights[query] + "]: ";
            int hits = found.get(query).hits().size();
            Part part = parts[query];
            if (part == null) return Explanation.match(0f, who + "not among its best [" + hits + "]");
            return Explanation.match((float) (weights[query] * part.worth), who + "rank [" + part.rank() + "] of [" + hits
                    + "], " + method.reason(part.scores, part.position));
        }
    }
}
