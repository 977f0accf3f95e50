package io.semanticsearch.embedding.image;

import java.awt.image.IndexColorModel;

/** How the samples of a row become RGB, as Pillow's {@code convert("RGB")} does: transparency is dropped, not blended with a colour. */
@FunctionalInterface
interface PixelColours {

    /** Half of 1 in 16 bits. */
    int HALF = 1 << 15;

    /**
     * Writes a row.
     *
     * @param samples {@code uint8 [pixels, bands]}
     * @param row {@code uint8 [pixels, 3]}
     */
    void write(byte[] samples, byte[] row);

    /** The first of so many bands is red, the next two green and blue. */
    static PixelColours rgb(int bands) {
        return (samples, row) -> {
            for (int from = 0, to = 0; to < row.length; from += bands, to += 3) {
                row[to] = samples[from];
                row[to + 1] = samples[from + 1];
                row[to + 2] = samples[from + 2];
            }
        };
    }

    /**
     * The first of so many bands is grey.
     *
     * @param white the level of white
     */
    static PixelColours grey(int bands, int white) {
        int step = 255 / white;
        return (samples, row) -> {
            for (int from = 0, to = 0; to < row.length; from += bands, to += 3) {
                byte level = (byte) (samples[from] * step);
                row[to] = level;
                row[to + 1] = level;
                row[to + 2] = level;
            }
        };
    }

    /** Samples are places in a palette; those after its last colour are black. */
    static PixelColours palette(IndexColorModel palette, int colours) {
        byte[] table = new byte[256 * 3];
        for (int i = 0; i < Math.min(colours, palette.getMapSize()); i++) {
            table[i * 3] = (byte) palette.getRed(i);
            table[i * 3 + 1] = (byte) palette.getGreen(i);
            table[i * 3 + 2] = (byte) palette.getBlue(i);
        }
        return (samples, row) -> {
            for (int i = 0; i < row.length; i += 3) {
                System.arraycopy(table, (samples[i / 3] & 0xff) * 3, row, i, 3);
            }
        };
    }

    /** Four inks, each stored as 255 less the ink; the last is black. */
    static PixelColours cmyk() {
        return (samples, row) -> {
            for (int from = 0, to = 0; to < row.length; from += 4, to += 3) {
                int light = samples[from + 3] & 0xff;
                row[to] = inked(light, 255 - (samples[from] & 0xff));
                row[to + 1] = inked(light, 255 - (samples[from + 1] & 0xff));
                row[to + 2] = inked(light, 255 - (samples[from + 2] & 0xff));
            }
        };
    }

    /** The same, cyan, magenta and yellow as luma and two differences of colour, by the factors of JFIF in 16 bits, as in libjpeg. */
    static PixelColours ycck() {
        return (samples, row) -> {
            for (int from = 0, to = 0; to < row.length; from += 4, to += 3) {
                int luma = samples[from] & 0xff;
                int blue = (samples[from + 1] & 0xff) - 128;
                int red = (samples[from + 2] & 0xff) - 128;
                int light = samples[from + 3] & 0xff;
                row[to] = inked(light, level(luma + (91_881 * red + HALF >> 16)));
                row[to + 1] = inked(light, level(luma + (HALF - 22_554 * blue - 46_802 * red >> 16)));
                row[to + 2] = inked(light, level(luma + (116_130 * blue + HALF >> 16)));
            }
        };
    }

    private static int level(int number) {
        return Math.clamp(number, 0, 255);
    }

    /** What is left of the light of a paper, with black on it, after an ink took its part; parts are of 255 and rounded. */
    private static byte inked(int light, int ink) {
        int part = ink * light + 128;
        return (byte) (light - ((part >> 8) + part >> 8));
    }
}
