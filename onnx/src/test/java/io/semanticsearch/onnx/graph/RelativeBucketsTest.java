package io.semanticsearch.onnx.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class RelativeBucketsTest {

    /** The distances at which PyTorch's relative_position_bucket begins a new bucket, with 32 buckets and 128 as the largest distance. */
    private static final int[] BEGINS = {0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 23, 32, 46, 64, 91};

    @Test
    void buckets_begin_where_those_of_the_original_do() {
        for (int distance = 0; distance < 1000; distance++) {
            int expected = 0;
            while (expected + 1 < BEGINS.length && BEGINS[expected + 1] <= distance)
                expected++;
            assertEquals(expected, RelativeBuckets.of(-distance, 32), "behind by " + distance);
            if (distance > 0) assertEquals(16 + expected, RelativeBuckets.of(distance, 32), "ahead by " + distance);
        }
    }
}
