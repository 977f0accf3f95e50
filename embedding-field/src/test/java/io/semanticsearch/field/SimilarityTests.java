package io.semanticsearch.field;

import org.apache.lucene.util.VectorUtil;
import org.opensearch.test.OpenSearchTestCase;

/** Raw similarities and Lucene's scores are two readings of one number. */
public class SimilarityTests extends OpenSearchTestCase {

    /** What users reason in, computed as they would. */
    private static double raw(Similarity similarity, float[] a, float[] b) {
        double dot = 0;
        double squaresA = 0;
        double squaresB = 0;
        double distance = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
            squaresA += (double) a[i] * a[i];
            squaresB += (double) b[i] * b[i];
            distance += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
        }
        return switch (similarity) {
            case COSINE -> dot / Math.sqrt(squaresA * squaresB);
            case DOT_PRODUCT -> dot;
            case L2 -> -Math.sqrt(distance);
        };
    }

    private static float[] randomVector(int dimension) {
        float scale = randomFrom(0.01f, 1f, 20f);
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) vector[i] = (random().nextFloat() * 2 - 1) * scale;
        return vector;
    }

    public void testTheScoreOfASimilarityIsLucenesScoreOfTheVectors() {
        for (int i = 0; i < 300; i++) {
            int dimension = randomIntBetween(1, 400);
            float[] a = randomVector(dimension);
            float[] b = randomVector(dimension);
            for (Similarity similarity : Similarity.values()) {
                float lucene = similarity.function().compare(similarity.prepare(a), similarity.prepare(b));
                float raw = (float) raw(similarity, a, b);
                if (similarity == Similarity.COSINE) raw = Math.clamp(raw, -1, 1);
                float expected = similarity.score(raw);
                // Sums of float32 products are off by some 1e-7 for each unit of the sum of their sizes.
                assertEquals(similarity + " of " + dimension, expected, lucene, 1e-4 * Math.max(1, Math.abs(expected)));
            }
        }
    }

    public void testMoreSimilarScoresHigher() {
        for (int i = 0; i < 300; i++) {
            for (Similarity similarity : Similarity.values()) {
                float limit = similarity == Similarity.COSINE ? 1 : 50;
                float a = -random().nextFloat() * limit;
                float b = Math.min(similarity == Similarity.L2 ? 0 : limit, a + random().nextFloat());
                assertTrue(similarity + ": " + a + " and " + b, similarity.score(a) <= similarity.score(b));
            }
        }
    }

    public void testCosinePreparesUnitLength() {
        for (int i = 0; i < 100; i++) {
            float[] vector = randomVector(randomIntBetween(1, 400));
            float[] before = vector.clone();
            float[] unit = Similarity.COSINE.prepare(vector);
            assertEquals(1, Math.sqrt(VectorUtil.dotProduct(unit, unit)), 1e-5);
            assertArrayEquals("the vector itself is left alone", before, vector, 0);
        }
    }

    public void testAUnitVectorIsNotCopied() {
        float[] unit = {0.6f, 0.8f};
        assertSame(unit, Similarity.COSINE.prepare(unit));
    }

    public void testOtherSimilaritiesTakeVectorsAsTheyAre() {
        float[] vector = {3, 4};
        assertSame(vector, Similarity.DOT_PRODUCT.prepare(vector));
        assertSame(vector, Similarity.L2.prepare(vector));
    }

    public void testTheBoundsThemselvesAreTaken() {
        assertEquals(0, Similarity.COSINE.score(-1), 0);
        assertEquals(0.5f, Similarity.COSINE.score(0), 0);
        assertEquals(1, Similarity.COSINE.score(1), 0);
        assertEquals(3.5f, Similarity.DOT_PRODUCT.score(2.5f), 0);
        assertEquals(0.25f, Similarity.DOT_PRODUCT.score(-3), 0);
        assertEquals(1, Similarity.L2.score(0), 0);
        assertEquals(1, Similarity.L2.score(-0f), 0);
        assertEquals(0.2f, Similarity.L2.score(-2), 0);
    }

    public void testACosineLiesBetweenMinusOneAndOne() {
        assertEquals("[min_similarity] is [1.1]; a cosine lies between -1 and 1", refusal(Similarity.COSINE, 1.1f));
        assertEquals("[min_similarity] is [-1.5]; a cosine lies between -1 and 1", refusal(Similarity.COSINE, -1.5f));
        assertEquals("[min_similarity] is [NaN]; a cosine lies between -1 and 1", refusal(Similarity.COSINE, Float.NaN));
    }

    public void testADotProductIsFinite() {
        assertEquals("[min_similarity] is [Infinity]; expected a finite number",
                refusal(Similarity.DOT_PRODUCT, Float.POSITIVE_INFINITY));
        assertEquals("[min_similarity] is [NaN]; expected a finite number", refusal(Similarity.DOT_PRODUCT, Float.NaN));
    }

    public void testADistanceIsWrittenAsANegativeNumber() {
        assertEquals(
                "[min_similarity] is [1.5]; under [l2] the similarity is minus the distance, so never above 0: for vectors within"
                        + " a distance of 1.5 say [-1.5]",
                refusal(Similarity.L2, 1.5f));
        assertEquals("[min_similarity] is [NaN]; under [l2] the similarity is minus the distance; expected a number of at most 0",
                refusal(Similarity.L2, Float.NaN));
    }

    public void testNames() {
        for (Similarity similarity : Similarity.values()) assertSame(similarity, Similarity.of(similarity.wireName()));
        for (String unknown : new String[]{"COSINE", "euclidean", ""}) {
            assertEquals("unknown [similarity] [" + unknown + "]; expected one of [cosine, dot_product, l2]",
                    expectThrows(IllegalArgumentException.class, () -> Similarity.of(unknown)).getMessage());
        }
    }

    private static String refusal(Similarity similarity, float raw) {
        return expectThrows(IllegalArgumentException.class, () -> similarity.score(raw)).getMessage();
    }

    public void testAScoreTellsTheSimilarity() {
        for (Similarity similarity : Similarity.values()) {
            for (float raw : new float[]{-0.9f, -0.5f, -0.01f, 0, 0.25f, 1}) {
                if (similarity == Similarity.L2 && raw > 0) continue;
                assertEquals(similarity + " " + raw, raw, similarity.similarity(similarity.score(raw)), 1e-3f);
            }
        }
        assertEquals(-30, Similarity.DOT_PRODUCT.similarity(Similarity.DOT_PRODUCT.score(-30)), 1e-3f);
        assertEquals(12, Similarity.DOT_PRODUCT.similarity(Similarity.DOT_PRODUCT.score(12)), 1e-3f);
        assertEquals(-7, Similarity.L2.similarity(Similarity.L2.score(-7)), 1e-3f);
    }
}
