package io.semanticsearch.query;

import io.semanticsearch.field.Similarity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.opensearch.test.OpenSearchTestCase;

/** What comes of examples ranks as the weighted sum of the similarities to them. */
public class BlendTests extends OpenSearchTestCase {

    private static float[] vector(Random random) {
        float[] vector = new float[6];
        for (int i = 0; i < vector.length; i++) vector[i] = (float) random.nextGaussian();
        return vector;
    }

    /** A cosine, a dot product, or minus a squared distance, computed here. */
    private static double likeness(Similarity similarity, float[] a, float[] b) {
        double dot = 0;
        double distance = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
            aa += (double) a[i] * a[i];
            bb += (double) b[i] * b[i];
            distance += ((double) a[i] - b[i]) * (a[i] - b[i]);
        }
        return switch (similarity) {
            case COSINE -> dot / Math.sqrt(aa * bb);
            case DOT_PRODUCT -> dot;
            case L2 -> -distance;
        };
    }

    public void testRanksByTheWeightedSumOfTheSimilarities() {
        Random random = random();
        for (Similarity similarity : Similarity.values()) {
            for (int run = 0; run < 20; run++) {
                List<float[]> examples = new ArrayList<>();
                List<Double> weights = new ArrayList<>();
                Blend blend = new Blend(similarity, 6);
                for (int i = 0; i < 4; i++) {
                    float[] example = vector(random);
                    double weight = 0.5 + random.nextDouble();
                    examples.add(example);
                    weights.add(i < 3 ? weight : -weight / 3);
                    if (i < 3) {
                        blend.like(List.of(example), weight);
                    } else {
                        blend.unlike(List.of(example), weight / 3);
                    }
                }
                float[] target = blend.vector();
                List<float[]> documents = IntStream.range(0, 30).mapToObj(i -> vector(random)).toList();
                List<float[]> byTarget = documents.stream()
                        .sorted(Comparator.comparingDouble(document -> -likeness(similarity, target, document)))
                        .toList();
                List<float[]> bySum = documents.stream()
                        .sorted(Comparator.comparingDouble(document -> -IntStream.range(0, 4)
                                .mapToDouble(i -> weights.get(i) * likeness(similarity, examples.get(i), document)).sum()))
                        .toList();
                assertEquals(similarity.toString(), bySum, byTarget);
            }
        }
    }

    public void testOneExampleIsItself() {
        float[] example = {3, 4, 0};
        for (Similarity similarity : Similarity.values()) {
            for (float weight : new float[]{0.2f, 1, 7}) {
                Blend blend = new Blend(similarity, 3);
                blend.like(List.of(example), weight);
                assertArrayEquals(similarity == Similarity.COSINE ? new float[]{0.6f, 0.8f, 0} : example, blend.vector(), 1e-6f);
            }
        }
    }

    public void testADocumentOfSeveralVectorsCountsAsTheirMean() {
        Blend angle = new Blend(Similarity.COSINE, 2);
        angle.like(List.of(new float[]{5, 0}, new float[]{0, 1}), 2);
        angle.unlike(List.of(new float[]{0, 9}), 1);
        // (0.707, 0.707) * 2 - (0, 1), made one long
        double x = Math.sqrt(2);
        double y = Math.sqrt(2) - 1;
        assertArrayEquals(new float[]{(float) (x / Math.hypot(x, y)), (float) (y / Math.hypot(x, y))}, angle.vector(), 1e-6f);
        Blend place = new Blend(Similarity.L2, 2);
        place.like(List.of(new float[]{4, 0}, new float[]{0, 2}), 1);
        assertArrayEquals(new float[]{2, 1}, place.vector(), 1e-6f);
    }

    public void testExamplesThatCancelEachOtherOutAreRefused() {
        for (Similarity similarity : List.of(Similarity.COSINE, Similarity.DOT_PRODUCT)) {
            Blend blend = new Blend(similarity, 3);
            blend.like(List.of(new float[]{1, 2, 3}), 1);
            blend.unlike(List.of(new float[]{1, 2, 3}), 1);
            assertEquals(
                    "[like] and [unlike] cancel each other out, so nothing is left to look for; leave one of them out or change"
                            + " their weights",
                    expectThrows(IllegalArgumentException.class, blend::vector).getMessage());
        }
        Blend opposites = new Blend(Similarity.COSINE, 2);
        opposites.like(List.of(new float[]{1, 0.5f}, new float[]{-2, -1}), 1);
        expectThrows(IllegalArgumentException.class, opposites::vector);
    }

    public void testUnderL2LikeMustOutweighUnlike() {
        Blend blend = new Blend(Similarity.L2, 2);
        blend.like(List.of(new float[]{1, 0}), 1);
        blend.unlike(List.of(new float[]{0, 1}), 1.5);
        assertEquals(
                "the weights of [unlike] add up to [1.5], those of [like] to [1.0]; under [l2] [like] must outweigh [unlike]",
                expectThrows(IllegalArgumentException.class, blend::vector).getMessage());
        Blend origin = new Blend(Similarity.L2, 2);
        origin.like(List.of(new float[]{0, 0}), 1);
        assertArrayEquals("a point like any", new float[]{0, 0}, origin.vector(), 0);
    }

    public void testAVectorOfAnotherDimensionIsRefused() {
        Blend blend = new Blend(Similarity.COSINE, 3);
        assertEquals("an example has a vector of [2] dimensions, the field is mapped with [3]",
                expectThrows(IllegalArgumentException.class, () -> blend.like(List.of(new float[]{1, 0}), 1)).getMessage());
    }
}
