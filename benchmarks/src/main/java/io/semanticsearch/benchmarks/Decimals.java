package io.semanticsearch.benchmarks;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Numbers with as many decimals as they deserve. */
final class Decimals {
    private Decimals() {}

    static double round(double value, int places) {
        return BigDecimal.valueOf(value).setScale(places, RoundingMode.HALF_EVEN).doubleValue();
    }
}
