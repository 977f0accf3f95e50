package io.semanticsearch.field;

import java.util.Arrays;
import java.util.Locale;
import org.apache.lucene.index.VectorSimilarityFunction;

/**
 * How near two vectors are. The <em>raw similarity</em> is what users reason in (a cosine, a dot product, minus a distance); the
 * <em>score</em> is Lucene's, which is never negative and grows with the similarity.
 */
public enum Similarity {
    /**
     * The angle alone. Vectors are indexed at unit length, where the dot product is the cosine: comparing needs no norms. Score: (1 +
     * cosine) / 2.
     */
    COSINE(VectorSimilarityFunction.DOT_PRODUCT),
    /** The plain dot product of vectors of any length. Score: 1 + dot for dot ≥ 0, else 1 / (1 - dot). */
    DOT_PRODUCT(VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT),
    /** Minus the Euclidean distance, so that more is nearer. Score: 1 / (1 + distance²). */
    L2(VectorSimilarityFunction.EUCLIDEAN);

    private final VectorSimilarityFunction function;

    Similarity(VectorSimilarityFunction function) {
        this.function = function;
    }

    /** Lucene's function for vectors prepared by {@link #prepare}. */
    public VectorSimilarityFunction function() {
        return function;
    }

    /** The name in mappings: {@code cosine}, {@code dot_product}, {@code l2}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return wireName();
    }

    public static Similarity of(String wireName) {
        for (Similarity similarity : values()) {
            if (similarity.wireName().equals(wireName)) return similarity;
        }
        throw new IllegalArgumentException("unknown [similarity] [" + wireName + "]; expected one of "
                + Arrays.stream(values()).map(Similarity::wireName).toList());
    }

    /**
     * The vector as it is indexed or searched: at unit length for {@link #COSINE}, as it is otherwise.
     *
     * @throws IllegalArgumentException for a zero vector under cosine, which has no direction
     */
    public float[] prepare(float[] vector) {
        if (this != COSINE) return vector;
        double squares = 0;
        for (float x : vector) squares += (double) x * x;
        if (squares == 0) {
            throw new IllegalArgumentException(
                    "a vector of zeros has no direction, so [cosine] cannot compare it; leave it out or use [dot_product] or [l2]");
        }
        if (Math.abs(squares - 1) < 1e-6) return vector;
        float[] unit = new float[vector.length];
        double norm = Math.sqrt(squares);
        for (int i = 0; i < vector.length; i++) unit[i] = (float) (vector[i] / norm);
        return unit;
    }

    /**
     * The lowest score that a vector of at least this raw similarity has.
     *
     * @throws IllegalArgumentException for a similarity that no two vectors can have
     */
    public float score(float similarity) {
        return switch (this) {
            case COSINE -> {
                if (!(similarity >= -1 && similarity <= 1)) {
                    throw new IllegalArgumentException(
                            "[min_similarity] is [" + similarity + "]; a cosine lies between -1 and 1");
                }
                yield (1 + similarity) / 2;
            }
            case DOT_PRODUCT -> {
                if (!Float.isFinite(similarity)) {
                    throw new IllegalArgumentException("[min_similarity] is [" + similarity + "]; expected a finite number");
                }
                yield similarity < 0 ? 1 / (1 - similarity) : similarity + 1;
            }
            case L2 -> {
                if (Float.isNaN(similarity)) {
                    throw new IllegalArgumentException(
                            "[min_similarity] is [NaN]; under [l2] the similarity is minus the distance;"
                                    + " expected a number of at most 0");
                }
                if (similarity > 0) {
                    throw new IllegalArgumentException("[min_similarity] is [" + similarity
                            + "]; under [l2] the similarity is minus the distance, so never above 0: for vectors within a distance of "
                            + similarity + " say [" + -similarity + "]");
                }
                yield 1 / (1 + similarity * similarity);
            }
        };
    }

    /** The raw similarity that has this score, which must be above 0; the inverse of {@link #score}, but for rounding. */
    public float similarity(float score) {
        return switch (this) {
            case COSINE -> 2 * score - 1;
            case DOT_PRODUCT -> score < 1 ? 1 - 1 / score : score - 1;
            case L2 -> (float) -Math.sqrt(Math.max(0, 1 / (double) score - 1));
        };
    }
}
