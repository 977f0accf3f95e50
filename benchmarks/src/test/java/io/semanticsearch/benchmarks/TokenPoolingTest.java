package io.semanticsearch.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class TokenPoolingTest {

    @Test
    void padding_counts_for_nothing() {
        PaddedBatch batch = PaddedBatch.of(List.of(new int[]{5}, new int[]{6, 7}));
        float[] tokens = {3, 4, 100, 100, 1, 0, 0, 1};
        float[][] vectors = TokenPooling.MEAN.of(batch, tokens);
        assertArrayEquals(new float[]{0.6f, 0.8f}, vectors[0], 1e-6f);
        assertArrayEquals(new float[]{(float) Math.sqrt(0.5), (float) Math.sqrt(0.5)}, vectors[1], 1e-6f);
    }

    @Test
    void the_first_token_alone_counts_where_it_is_the_text() {
        PaddedBatch batch = PaddedBatch.of(List.of(new int[]{5}, new int[]{6, 7}));
        float[] tokens = {3, 4, 100, 100, 2, 0, 0, 1};
        float[][] vectors = TokenPooling.FIRST.of(batch, tokens);
        assertArrayEquals(new float[]{0.6f, 0.8f}, vectors[0], 1e-6f);
        assertArrayEquals(new float[]{1, 0}, vectors[1], 1e-6f);
    }

    @Test
    void shorter_texts_are_filled_up_on_the_right() {
        PaddedBatch batch = PaddedBatch.of(List.of(new int[]{5}, new int[]{6, 7}));
        assertArrayEquals(new long[][]{{5, 0}, {6, 7}}, batch.ids());
        assertArrayEquals(new long[][]{{1, 0}, {1, 1}}, batch.mask());
    }
}
