package io.semanticsearch.embedding.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Expected levels are those of Pillow 12.3; decoders may round in other ways, so two levels are allowed. */
class JpegFileTest {

    private static final int TOLERANCE = 2;
    private static final String WHOLE = "; send the whole file as it was made";
    private static final int PIXELS = JpegBytes.WIDTH * JpegBytes.HEIGHT;

    @Test
    void colours_are_those_of_pillow() throws Exception {
        assertLevels("9debed 4f4a34 9f3e35", new int[]{36459, 32772, 26719}, JpegBytes.FULL);
        assertLevels("aae7e2 534930 954141", new int[]{36181, 32849, 27107}, JpegBytes.BASELINE);
        assertLevels("aae7e2 534930 954141", new int[]{36181, 32849, 27107}, JpegBytes.PROGRESSIVE);
        assertLevels("d4d4d4 494949 5a5a5a", new int[]{33186, 33186, 33186}, JpegBytes.GREY);
        assertLevels("9cf0f7 53472d 9c3d33", new int[]{36446, 32849, 26611}, JpegBytes.RGB);
    }

    @Test
    void four_inks_become_three_colours() throws Exception {
        assertLevels("230503 97a2b8 3f7c83", new int[]{25515, 29132, 33918}, JpegBytes.CMYK);
        assertLevels("580b58 008c00 21961b", new int[]{19153, 32637, 22493}, JpegBytes.YCCK);
        assertArrayEquals(pixels(JpegBytes.CMYK), pixels(JpegBytes.announced(JpegBytes.CMYK)), "without Adobe's segment");
    }

    @Test
    void a_photograph_without_jfif_is_not_taken_for_rgb() throws Exception {
        assertArrayEquals(pixels(JpegBytes.FULL), pixels(JpegBytes.announced(JpegBytes.FULL)));
    }

    @Test
    void components_named_rgb_are_rgb() throws Exception {
        assertArrayEquals(pixels(JpegBytes.RGB), pixels(JpegBytes.announced(JpegBytes.RGB)));
    }

    @Test
    void orientation_profiles_comments_and_what_follows_the_end_change_nothing() throws Exception {
        byte[] jfif = Arrays.copyOfRange(JpegBytes.FULL, 2, 20);
        byte[] rotated = JpegBytes.segment(0xe1, HexFormat.of()
                .parseHex("457869660000" + "4d4d002a00000008" + "0001" + "011200030000000100060000" + "00000000"));
        byte[] profile = JpegBytes.segment(0xe2,
                "ICC_PROFILE\0\1\1nothing that could be read".getBytes(StandardCharsets.ISO_8859_1));
        byte[] comment = JpegBytes.segment(0xfe, new byte[300]);
        byte[] changed = JpegBytes.announced(JpegBytes.FULL, jfif, rotated, profile, comment);
        byte[] followed = Arrays.copyOf(changed, changed.length + 1000);
        assertArrayEquals(pixels(JpegBytes.FULL), pixels(changed));
        assertArrayEquals(pixels(JpegBytes.FULL), pixels(followed));
    }

    @Test
    void every_truncation_is_told() {
        byte[] good = JpegBytes.PROGRESSIVE;
        for (int length = 3; length < good.length; length++) {
            byte[] bad = Arrays.copyOf(good, length);
            assertRefused("the JPEG image ends in the middle, after [" + length + "] bytes" + WHOLE, bad);
        }
    }

    @Test
    void a_size_is_checked_before_anything_is_decoded() {
        byte[] large = JpegBytes.FULL.clone();
        int frame = JpegBytes.find(large, 0xc0);
        large[frame + 5] = (byte) 0xff;
        large[frame + 7] = (byte) 0xff;
        assertRefused("the image has [65300] x [65294] pixels, expected sides of 1 to [65535] and at most [64000000] pixels; "
                + "send it smaller", large);
        byte[] flat = JpegBytes.FULL.clone();
        flat[frame + 6] = 0;
        assertRefused(
                "the image has [20] x [0] pixels, expected sides of 1 to [65535] and at most [64000000] pixels; send it smaller",
                flat);
    }

    @Test
    void ways_to_compress_that_are_rare_are_named() {
        assertRefused(
                "the JPEG image is compressed in the way [9], expected baseline [0], extended [1] or progressive [2]; save it in "
                        + "one of these",
                changed(0xc0, 1, 0xc9));
        assertRefused("the JPEG image has [12] bits a sample, expected [8]; save it with 8 bits", changed(0xc0, 4, 12));
        byte[] two = JpegBytes.FULL.clone();
        int frame = JpegBytes.find(two, 0xc0);
        two[frame + 3] = 14;
        two[frame + 9] = 2;
        assertRefused("the JPEG image has [2] colour components, expected 1, 3 or 4; save it as RGB", two);
    }

    @Test
    void damage_between_segments_is_told() {
        assertRefused("the JPEG image has the byte [0] at [20], expected a marker" + WHOLE, changed(0xdb, 0, 0));
        assertRefused("the JPEG image has a frame header of [15] bytes" + WHOLE, changed(0xc0, 9, 4));
        assertRefused("the JPEG image has no pixels before its end at byte [2]" + WHOLE, HexFormat.of().parseHex("ffd8ffd9"));
        byte[] good = JpegBytes.FULL;
        int frame = JpegBytes.find(good, 0xc0);
        byte[] second = JpegBytes.announced(good, Arrays.copyOfRange(good, frame, frame + 19));
        assertRefused("the JPEG image has two frame headers, the second at byte [" + (frame + 1) + "]" + WHOLE, second);
    }

    /** Each scan costs time for all pixels, so a small file of many scans could keep a node busy for hours. */
    @Test
    void too_many_scans_are_refused() throws Exception {
        byte[] good = JpegBytes.PROGRESSIVE;
        int scan = JpegBytes.find(good, 0xda);
        int next = JpegBytes.find(Arrays.copyOfRange(good, scan + 2, good.length), 0xc4) + scan + 2;
        ByteArrayOutputStream many = new ByteArrayOutputStream();
        many.write(good, 0, scan);
        for (int i = 0; i < 65; i++) {
            many.write(good, scan, next - scan);
        }
        many.write(good, next, good.length - next);
        assertRefused("the JPEG image has more than [64] scans; save it again, as an ordinary progressive image",
                many.toByteArray());
    }

    @Test
    void a_file_of_too_many_bytes_is_refused() {
        byte[] large = Arrays.copyOf(JpegBytes.FULL, ImagePreprocessor.MAX_BYTES + 1);
        assertRefused("the image has [20971521] bytes, expected at most [20971520]; send it smaller", large);
    }

    @Test
    void other_formats_are_named() {
        assertRefused("the image is a file of the format [WebP], expected a PNG or a JPEG; convert it before it is sent",
                "RIFF\0\0\0\0WEBPVP8 ".getBytes(StandardCharsets.ISO_8859_1));
        assertRefused("the image is a file of the format [HEIC], expected a PNG or a JPEG; convert it before it is sent",
                "\0\0\0\30ftypheic".getBytes(StandardCharsets.ISO_8859_1));
        assertRefused("the image is empty, expected a PNG or a JPEG; convert it before it is sent", new byte[0]);
        assertRefused(
                "the image is of an unknown format: it begins with the bytes [00010203], expected a PNG or a JPEG; convert it "
                        + "before it is sent",
                new byte[]{0, 1, 2, 3});
    }

    private static byte[] changed(int marker, int offset, int value) {
        byte[] bad = JpegBytes.FULL.clone();
        bad[JpegBytes.find(bad, marker) + offset] = (byte) value;
        return bad;
    }

    private static float[] pixels(byte[] file) throws UnusableImageException {
        return Tensors.levels(JpegBytes.WIDTH, JpegBytes.HEIGHT).pixels(file);
    }

    /** Compares the first pixel, one of the middle and the last, and the sums of all levels of each colour. */
    private static void assertLevels(String some, int[] sums, byte[] file) throws UnusableImageException {
        float[] tensor = pixels(file);
        int[] places = {0, 7 * JpegBytes.WIDTH + 10, PIXELS - 1};
        for (int i = 0; i < places.length; i++) {
            byte[] expected = HexFormat.of().parseHex(some.split(" ")[i]);
            for (int colour = 0; colour < 3; colour++) {
                assertEquals(expected[colour] & 0xff, tensor[colour * PIXELS + places[i]], TOLERANCE, "pixel " + places[i]);
            }
        }
        for (int colour = 0; colour < 3; colour++) {
            double sum = 0;
            for (int i = 0; i < PIXELS; i++) {
                sum += tensor[colour * PIXELS + i];
            }
            assertEquals(sums[colour], sum, PIXELS / 2.0, "sum of colour " + colour);
        }
    }

    private static void assertRefused(String message, byte[] file) {
        assertEquals(message, assertThrows(UnusableImageException.class, () -> pixels(file)).getMessage());
    }
}
