package io.semanticsearch.trainer;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Loops over rows of float32, whose results do not depend on how many lanes the machine has: sums are always taken in {@link #WIDTH} chains
 * that are added up in order.
 */
final class Lanes {

    /** Chains of a sum, and what lengths are multiples of; no machine has more lanes. */
    static final int WIDTH = 16;

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED.length() <= WIDTH
            ? FloatVector.SPECIES_PREFERRED
            : FloatVector.SPECIES_512;
    private static final int LANES = SPECIES.length();
    private static final float LOG2_E = 1.44269504f;
    /** 1.5 · 2²³: added to a small number, it leaves the nearest whole number in the low bits. */
    private static final float ROUNDING = 12582912f;
    /** Of the Taylor series of 2ˣ; for |x| ≤ ½ the first one left out is below 2⁻²². */
    private static final float[] POWER = {1.5403530e-4f, 1.3333558e-3f, 9.6181291e-3f, 5.5504109e-2f, 2.4022651e-1f,
        6.9314718e-1f, 1f};

    private Lanes() {}

    /** The sum of {@code length} numbers, a multiple of {@link #WIDTH}. */
    static float sum(float[] x, int from, int length) {
        float[] chains = new float[WIDTH];
        for (int part = 0; part < WIDTH; part += LANES) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = part; i < length; i += WIDTH) sum = sum.add(FloatVector.fromArray(SPECIES, x, from + i));
            sum.intoArray(chains, part);
        }
        return total(chains);
    }

    /** The sum of products of {@code length} numbers, a multiple of {@link #WIDTH}. */
    static float dot(float[] x, int xFrom, float[] y, int yFrom, int length) {
        float[] chains = new float[WIDTH];
        for (int part = 0; part < WIDTH; part += LANES) {
            FloatVector sum = FloatVector.zero(SPECIES);
            for (int i = part; i < length; i += WIDTH) {
                sum = FloatVector.fromArray(SPECIES, x, xFrom + i).fma(FloatVector.fromArray(SPECIES, y, yFrom + i), sum);
            }
            sum.intoArray(chains, part);
        }
        return total(chains);
    }

    /** {@code y += x}. */
    static void add(float[] x, int xFrom, float[] y, int yFrom, int length) {
        for (int i = 0; i < length; i += LANES) {
            FloatVector.fromArray(SPECIES, y, yFrom + i).add(FloatVector.fromArray(SPECIES, x, xFrom + i)).intoArray(y,
                    yFrom + i);
        }
    }

    /** {@code y += factor · x}. */
    static void addScaled(float factor, float[] x, int xFrom, float[] y, int yFrom, int length) {
        FloatVector scale = FloatVector.broadcast(SPECIES, factor);
        for (int i = 0; i < length; i += LANES) {
            scale.fma(FloatVector.fromArray(SPECIES, x, xFrom + i), FloatVector.fromArray(SPECIES, y, yFrom + i)).intoArray(y,
                    yFrom + i);
        }
    }

    /** {@code y = factor · x · y}. */
    static void scale(float factor, float[] x, int xFrom, float[] y, int yFrom, int length) {
        FloatVector scale = FloatVector.broadcast(SPECIES, factor);
        for (int i = 0; i < length; i += LANES) {
            FloatVector.fromArray(SPECIES, y, yFrom + i).mul(scale).mul(FloatVector.fromArray(SPECIES, x, xFrom + i)).intoArray(y,
                    yFrom + i);
        }
    }

    /** {@code y = e^(factor · (x - 1))}, for products from -80 to 0: a cosine of 1 gives 1. */
    static void exponentials(float factor, float[] x, float[] y, int from, int length) {
        FloatVector scale = FloatVector.broadcast(SPECIES, factor * LOG2_E);
        FloatVector minus = FloatVector.broadcast(SPECIES, -factor * LOG2_E);
        FloatVector rounding = FloatVector.broadcast(SPECIES, ROUNDING);
        for (int i = from; i < from + length; i += LANES) {
            FloatVector power = FloatVector.fromArray(SPECIES, x, i).fma(scale, minus);
            FloatVector whole = power.add(rounding);
            FloatVector rest = power.sub(whole.sub(rounding));
            FloatVector value = FloatVector.broadcast(SPECIES, POWER[0]);
            for (int c = 1; c < POWER.length; c++) value = value.fma(rest, FloatVector.broadcast(SPECIES, POWER[c]));
            IntVector exponent = whole.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
            value.reinterpretAsInts().add(exponent).reinterpretAsFloats().intoArray(y, i);
        }
    }

    /** {@code y = y · (a + b)}, where a is one number and b a row. */
    static void weigh(float a, float[] b, float[] y, int yFrom, int length) {
        FloatVector first = FloatVector.broadcast(SPECIES, a);
        for (int i = 0; i < length; i += LANES) {
            FloatVector.fromArray(SPECIES, b, i).add(first).mul(FloatVector.fromArray(SPECIES, y, yFrom + i)).intoArray(y,
                    yFrom + i);
        }
    }

    /** {@code y += x · z}. */
    static void addProducts(float[] x, int xFrom, float[] z, int zFrom, float[] y, int length) {
        for (int i = 0; i < length; i += LANES) {
            FloatVector.fromArray(SPECIES, x, xFrom + i)
                    .fma(FloatVector.fromArray(SPECIES, z, zFrom + i), FloatVector.fromArray(SPECIES, y, i))
                    .intoArray(y, i);
        }
    }

    /**
     * A step of Adam (Kingma and Ba 2015, https://arxiv.org/abs/1412.6980) on a row.
     *
     * @param rate the learning rate with the correction of the mean in it
     * @param correction of the square: what the mean of squares is multiplied with
     */
    static void adam(float[] gradient,
            float[] rows,
            float[] means,
            float[] squares,
            int from,
            int length,
            float beta1,
            float beta2,
            float rate,
            float correction) {
        FloatVector b1 = FloatVector.broadcast(SPECIES, beta1);
        FloatVector b2 = FloatVector.broadcast(SPECIES, beta2);
        for (int i = 0; i < length; i += LANES) {
            FloatVector g = FloatVector.fromArray(SPECIES, gradient, i);
            FloatVector mean = FloatVector.fromArray(SPECIES, means, from + i);
            mean = b1.fma(mean.sub(g), g);
            mean.intoArray(means, from + i);
            FloatVector gg = g.mul(g);
            FloatVector square = FloatVector.fromArray(SPECIES, squares, from + i);
            square = b2.fma(square.sub(gg), gg);
            square.intoArray(squares, from + i);
            FloatVector step = mean.mul(rate).div(square.mul(correction).sqrt().add(1e-10f));
            FloatVector.fromArray(SPECIES, rows, from + i).sub(step).intoArray(rows, from + i);
        }
    }

    private static float total(float[] chains) {
        float total = 0;
        for (float chain : chains) total += chain;
        return total;
    }
}
