package io.semanticsearch.embedding.image;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How pixels are made out of those around them, by the codes and the formulas of Pillow. */
enum Resampling {

    /** Takes the pixel under the centre of the new one; has no weights. */
    NEAREST(0, 0) {
        @Override
        double weight(double distance) {
            throw new UnsupportedOperationException("[NEAREST] has no weights");
        }
    },

    /** A sinc in a window of a sinc three times as wide. */
    LANCZOS(1, 3) {
        @Override
        double weight(double distance) {
            return -3 <= distance && distance < 3 ? sinc(distance) * sinc(distance / 3) : 0;
        }
    },

    BILINEAR(2, 1) {
        @Override
        double weight(double distance) {
            double x = Math.abs(distance);
            return x < 1 ? 1 - x : 0;
        }
    },

    /** Cubic convolution with a = -0.5. */
    BICUBIC(3, 2) {
        @Override
        double weight(double distance) {
            double x = Math.abs(distance);
            if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
            return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
        }
    };

    private final int code;
    private final double support;

    Resampling(int code, double support) {
        this.code = code;
        this.support = support;
    }

    /** How far from the centre of a new pixel its weights reach, in pixels of the smaller of both images. */
    double support() {
        return support;
    }

    /** The weight of a pixel, before weights are made to sum to 1. */
    abstract double weight(double distance);

    /** The filter of a code, if it is one of these. */
    static Optional<Resampling> of(int code) {
        return Arrays.stream(values()).filter(filter -> filter.code == code).findFirst();
    }

    /** Codes and names, for messages. */
    static List<String> names() {
        return Arrays.stream(values()).map(filter -> filter.code + " (" + filter.name().toLowerCase(Locale.ROOT) + ")").toList();
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
    }
}
