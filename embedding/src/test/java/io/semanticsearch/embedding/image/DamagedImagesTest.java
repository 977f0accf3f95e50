package io.semanticsearch.embedding.image;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever the bytes are, an image is decoded or refused by the one exception for it; anything else fails the test. */
class DamagedImagesTest {

    private static final int ROUNDS = 2000;

    private final Random random = new Random(20260801);
    private final ImagePreprocessor preprocessor = Tensors.preprocessor("{\"image_processor_type\": \"CLIPImageProcessor\"}");
    private int decoded;
    private int refused;

    @Test
    void changed_and_cut_jpeg_files() {
        byte[][] good = {JpegBytes.FULL, JpegBytes.BASELINE, JpegBytes.PROGRESSIVE, JpegBytes.GREY, JpegBytes.RGB, JpegBytes.CMYK,
            JpegBytes.YCCK};
        for (int round = 0; round < ROUNDS; round++) {
            decode(changed(good[round % good.length]));
        }
        assertBoth();
    }

    /** Check sums are right, so that damage gets as far as the decoder. */
    @Test
    void png_files_of_any_header_and_pixels() {
        int[] depths = {1, 2, 4, 8, 16, 8, 8, 3};
        int[] types = {PngBytes.GREY, PngBytes.RGB, PngBytes.PALETTE, PngBytes.GREY_ALPHA, PngBytes.RGB_ALPHA, 1};
        int[] bands = {1, 3, 1, 2, 4, 1};
        for (int round = 0; round < ROUNDS; round++) {
            int width = 1 + random.nextInt(40);
            int height = 1 + random.nextInt(40);
            int depth = depths[random.nextInt(depths.length)];
            int type = random.nextInt(types.length);
            PngBytes png = new PngBytes().header(width, height, depth, types[type]);
            if (random.nextInt(4) > 0)
                png.chunk("PLTE", bytes(random.nextInt(4) > 0 ? 3 * (1 + random.nextInt(256)) : random.nextInt(800)));
            if (random.nextInt(8) == 0) png.chunk("IDAT", bytes(random.nextInt(200)));
            byte[][] rows = new byte[random.nextInt(4) > 0 ? height : random.nextInt(height + 1)][];
            for (int i = 0; i < rows.length; i++) {
                rows[i] = bytes((width * bands[type] * depth + 7) / 8);
            }
            decode(png.rows(rows).end());
        }
        assertBoth();
    }

    @Test
    void changed_and_cut_png_files() {
        byte[] good = PngBytes.pattern(20, 14);
        for (int round = 0; round < ROUNDS; round++) {
            decode(changed(good));
        }
        assertTrue(refused > ROUNDS * 9 / 10, decoded + " decoded, " + refused + " refused");
    }

    @Test
    void bytes_after_a_signature() {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] file = bytes(100 + random.nextInt(400));
            byte[] signature = round % 2 == 0 ? JpegBytes.FULL : PngBytes.pattern(1, 1);
            System.arraycopy(signature, 0, file, 0, 8 + random.nextInt(60));
            decode(file);
        }
        assertTrue(refused == ROUNDS, decoded + " decoded");
    }

    private void decode(byte[] file) {
        try {
            preprocessor.pixels(file);
            decoded++;
        } catch (UnusableImageException e) {
            refused++;
        }
    }

    private void assertBoth() {
        assertTrue(decoded > ROUNDS / 20 && refused > ROUNDS / 20, decoded + " decoded, " + refused + " refused");
    }

    private byte[] changed(byte[] good) {
        byte[] file = good.clone();
        for (int changes = 1 + random.nextInt(8); changes > 0; changes--) {
            file[random.nextInt(file.length)] = (byte) random.nextInt(256);
        }
        return random.nextInt(4) == 0 ? Arrays.copyOf(file, random.nextInt(file.length + 50)) : file;
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
