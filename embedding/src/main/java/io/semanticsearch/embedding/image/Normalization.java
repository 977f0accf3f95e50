package io.semanticsearch.embedding.image;

import java.util.List;

/**
 * What becomes of the levels of a colour: {@code (level * factor - mean) / deviation}, in the precision in which transformers computes it.
 *
 * @param factor what a level is multiplied by; 1 where it is not
 * @param mean of red, green and blue; 0 where nothing is subtracted
 * @param deviation of red, green and blue; 1 where nothing is divided by
 */
record Normalization(double factor, List<Double> mean, List<Double> deviation) {

    static final List<Double> ZERO = List.of(0.0, 0.0, 0.0);
    static final List<Double> ONE = List.of(1.0, 1.0, 1.0);

    Normalization {
        if (!Double.isFinite(factor))
            throw new IllegalArgumentException("the factor is [" + factor + "], expected a finite number");
        if (mean.size() != 3 || deviation.size() != 3) {
            throw new IllegalArgumentException(
                    "the mean is " + mean + " and the deviation " + deviation + ", expected 3 numbers each");
        }
    }

    /** The number of each level of each colour: float32 [3, 256]. */
    float[][] levels() {
        float[][] levels = new float[3][256];
        for (int colour = 0; colour < 3; colour++) {
            for (int level = 0; level < 256; level++) {
                levels[colour][level] = ((float) (level * factor) - mean.get(colour).floatValue())
                        / deviation.get(colour).floatValue();
            }
        }
        return levels;
    }
}
