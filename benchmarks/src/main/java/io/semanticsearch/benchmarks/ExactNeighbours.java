package io.semanticsearch.benchmarks;

import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.util.VectorUtil;

/**
 * The nearest documents of each question, found by looking at all.
 *
 * @param least the similarity of the k-th nearest document of each question; what is as near counts as found, whichever it is
 */
record ExactNeighbours(VectorSet set, int k, float[] least) {

    /** Sums in another order differ by so much. */
    private static final float ROUNDING = 1e-6f;

    static ExactNeighbours of(VectorSet set, int k) {
        float[] least = new float[set.questions().length];
        IntStream.range(0, least.length).parallel().forEach(i -> least[i] = least(set, set.questions()[i], k));
        return new ExactNeighbours(set, k, least);
    }

    private static float least(VectorSet set, float[] question, int k) {
        PriorityQueue<Float> best = new PriorityQueue<>(k + 1);
        for (float[] document : set.documents()) {
            float similarity = VectorUtil.dotProduct(question, document);
            if (best.size() < k || similarity > best.peek()) best.add(similarity);
            if (best.size() > k) best.poll();
        }
        return best.peek();
    }

    /** Which share of the k nearest was found. */
    double recall(int question, ScoreDoc[] hits) {
        long found = Arrays.stream(hits)
                .filter(hit -> VectorUtil.dotProduct(set.questions()[question], set.documents()[hit.doc]) >= least[question]
                        - ROUNDING)
                .count();
        return (double) Math.min(found, k) / k;
    }
}
