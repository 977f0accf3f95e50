package io.semanticsearch.onnx.graph;

/**
 * How a layer with rotary positions looks at other tokens.
 *
 * @param theta base of the wavelengths
 * @param reach how many tokens on either side a token looks at, itself not counted; {@link #ALL} for no bound
 */
record RotaryAttention(double theta, int reach) {

    static final int ALL = Integer.MAX_VALUE;

    RotaryAttention {
        if (!(theta > 1) || Double.isInfinite(theta)) throw new IllegalArgumentException("[theta] is [" + theta + "]");
        if (reach < 0) throw new IllegalArgumentException("[reach] is [" + reach + "]");
    }
}
