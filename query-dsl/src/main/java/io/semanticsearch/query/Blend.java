package io.semanticsearch.query;

import io.semanticsearch.field.Similarity;
import java.util.List;

/**
 * One vector out of examples, such that searching with it ranks documents by the weighted sum of their similarities to the examples, those
 * that hits shall be unlike counting against: of cosines under {@code cosine}, of dot products under {@code dot_product}, of squared
 * distances under {@code l2}.
 *
 * <p>So examples count by their direction alone under {@code cosine}; under the others they count as they are, and the sum is divided by
 * the weights, because there the length of the result matters.
 */
final class Blend {

    /** Relative to the weights; what is left then is rounding. */
    private static final double NOTHING = 1e-6;

    private final Similarity similarity;
    private final double[] sum;
    private double liked;
    private double disliked;
    /** The length that the sum would have if all examples pointed the same way. */
    private double length;

    Blend(Similarity similarity, int dimension) {
        this.similarity = similarity;
        this.sum = new double[dimension];
    }

    /**
     * Adds one example.
     *
     * @param vectors its vectors, of which the mean counts: a document has several where it has nested objects
     * @param weight above 0
     */
    void like(List<float[]> vectors, double weight) {
        liked += weight;
        add(vectors, weight);
    }

    /** The same for one that hits shall be unlike. */
    void unlike(List<float[]> vectors, double weight) {
        disliked += weight;
        add(vectors, -weight);
    }

    private void add(List<float[]> vectors, double weight) {
        double[] mean = new double[sum.length];
        for (float[] vector : vectors) {
            if (vector.length != sum.length) {
                throw new IllegalArgumentException("an example has a vector of [" + vector.length
                        + "] dimensions, the field is mapped with [" + sum.length + "]");
            }
            float[] prepared = similarity.prepare(vector);
            for (int i = 0; i < mean.length; i++) mean[i] += (double) prepared[i] / vectors.size();
        }
        double norm = norm(mean);
        // Whose vectors point everywhere points nowhere.
        double scale = similarity != Similarity.COSINE ? weight : norm < NOTHING ? 0 : weight / norm;
        for (int i = 0; i < sum.length; i++) sum[i] += scale * mean[i];
        length += Math.abs(scale) * norm;
    }

    private static double norm(double[] vector) {
        double squares = 0;
        for (double x : vector) squares += x * x;
        return Math.sqrt(squares);
    }

    boolean likesAny() {
        return liked > 0;
    }

    /**
     * The vector to search with.
     *
     * @return float32 [dimension], of length 1 under {@code cosine}
     * @throws IllegalArgumentException where the examples cancel each other out
     */
    float[] vector() {
        double divisor = switch (similarity) {
            case COSINE -> norm(sum);
            case DOT_PRODUCT -> liked;
            case L2 -> liked - disliked;
        };
        boolean cancelled = similarity == Similarity.L2 ? divisor <= NOTHING * liked : norm(sum) <= NOTHING * length;
        if (cancelled) {
            throw new IllegalArgumentException(similarity == Similarity.L2
                    ? "the weights of [unlike] add up to [" + (float) disliked + "], those of [like] to [" + (float) liked
                            + "]; under [l2] [like] must outweigh [unlike]"
                    : "[like] and [unlike] cancel each other out, so nothing is left to look for; leave one of them out or change"
                            + " their weights");
        }
        float[] vector = new float[sum.length];
        for (int i = 0; i < sum.length; i++) vector[i] = (float) (sum[i] / divisor);
        return vector;
    }
}
