package io.semanticsearch.embedding.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.semanticsearch.fuzz.Mutations;
import io.semanticsearch.fuzz.Trials;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** Whatever the bytes are, an image is decoded or refused by the one exception for it; anything else fails the test. */
class FuzzedImagesTest {

    private static final int INPUTS = 2_000;
    private static final int SIGNATURE = 8;
    private static final List<byte[]> JPEGS = List.of(JpegBytes.FULL, JpegBytes.BASELINE, JpegBytes.PROGRESSIVE, JpegBytes.GREY,
            JpegBytes.RGB, JpegBytes.CMYK, JpegBytes.YCCK);
    private static final List<byte[]> PNGS = List.of(PngBytes.pattern(20, 14), PngBytes.pattern(1, 1),
            new PngBytes().header(3, 2, 4, PngBytes.PALETTE).chunk("PLTE", new byte[12]).rows("0120", "2010").end());

    private final Random random = new Random(20260801 + 31 * Long.getLong("fuzz.seed", 1));
    private final ImagePreprocessor preprocessor = Tensors.preprocessor(
            """
                    {"image_processor_type": "CLIPImageProcessor", "size": {"shortest_edge": 24}, "crop_size": {"height": 24, "width": 24}}""");

    private void decoded(Supplier<byte[]> files) {
        new Trials().run(INPUTS, files, UnusableImageException.class::isInstance, preprocessor::pixels);
    }

    @Test
    void changed_and_cut_jpeg_files() {
        Mutations mutations = new Mutations(71);
        decoded(() -> mutations.ofBytes(mutations.of(JPEGS)));
    }

    @Test
    void changed_and_cut_png_files() {
        Mutations mutations = new Mutations(72);
        decoded(() -> mutations.ofBytes(mutations.of(PNGS)));
    }

    /** Check sums are right, so that damage gets as far as the decoder. */
    @Test
    void png_files_with_changed_chunks() {
        Mutations mutations = new Mutations(73);
        decoded(() -> withCheckSums(mutations.ofBytes(mutations.of(PNGS))));
    }

    /** Check sums are right here, too. */
    @Test
    void png_files_of_any_header_and_pixels() {
        decoded(this::anyPng);
    }

    @Test
    void bytes_after_a_signature() {
        Mutations mutations = new Mutations(74);
        decoded(() -> {
            byte[] file = bytes(100 + random.nextInt(400));
            byte[] signature = mutations.of(List.of(JpegBytes.FULL, PngBytes.pattern(1, 1)));
            System.arraycopy(signature, 0, file, 0, Math.min(SIGNATURE + random.nextInt(60), signature.length));
            // One in some hundred is as it was.
            return random.nextInt(200) == 0 ? signature : file;
        });
    }

    @Test
    void base64_of_images() {
        Mutations mutations = new Mutations(75);
        String valid = Base64.getEncoder().encodeToString(PngBytes.pattern(2, 2));
        List<byte[]> texts = List.of(valid, "data:image/png;base64," + valid, valid.replaceAll(".{40}", "$0\r\n")).stream()
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1)).toList();
        new Trials().run(INPUTS, () -> new String(mutations.ofBytes(mutations.of(texts)), StandardCharsets.ISO_8859_1),
                e -> e instanceof UnusableImageException || e.getClass() == IllegalArgumentException.class,
                text -> preprocessor.pixels(Base64Image.decode(text)));
    }

    /** Trusts the width and height of a header. */
    @Test
    void a_planted_mistake_is_found() {
        Mutations mutations = new Mutations(73);
        AssertionError found = assertThrows(AssertionError.class, () -> new Trials().run(INPUTS,
                () -> withCheckSums(mutations.ofBytes(mutations.of(PNGS))), UnusableImageException.class::isInstance, file -> {
                    if (file.length < 2 * SIGNATURE + 8) throw new UnusableImageException("too short");
                    ByteBuffer header = ByteBuffer.wrap(file, 2 * SIGNATURE, 8);
                    byte[] pixels = new byte[header.getInt() * header.getInt()];
                    if (pixels.length == 0) throw new UnusableImageException("empty");
                }));
        assertEquals(AssertionError.class, found.getClass());
    }

    private byte[] anyPng() {
        int[] depths = {1, 2, 4, 8, 16, 8, 8, 3};
        int[] types = {PngBytes.GREY, PngBytes.RGB, PngBytes.PALETTE, PngBytes.GREY_ALPHA, PngBytes.RGB_ALPHA, 1};
        int[] bands = {1, 3, 1, 2, 4, 1};
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
        return png.rows(rows).end();
    }

    /** The file with the check sum of each chunk as it should be. */
    private static byte[] withCheckSums(byte[] png) {
        ByteBuffer file = ByteBuffer.wrap(png);
        for (int at = SIGNATURE; at + 12 <= png.length;) {
            int length = file.getInt(at);
            if (length < 0 || length > png.length - at - 12) break;
            CRC32 sum = new CRC32();
            sum.update(png, at + 4, 4 + length);
            file.putInt(at + 8 + length, (int) sum.getValue());
            at += 12 + length;
        }
        return png;
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
