package io.semanticsearch.embedding.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.semanticsearch.embedding.Embedding;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whole tensors are compared by check sums: those of the image processors of transformers 5.18 with Pillow 12.3 and NumPy, run on the same
 * pattern.
 */
class ImagePreprocessorTest {

    private static final String PLAIN = "\"do_center_crop\": false, \"do_rescale\": false, \"do_normalize\": false";

    @ParameterizedTest
    @CsvSource({"CLIP, 100, 75, f24d1e9c", "CLIP, 640, 427, 47572c43", "CLIP, 30, 500, 08b2221f", "Siglip, 300, 200, dc8a63e8",
        "ViT, 500, 333, 7b7e84db", "DeiT, 300, 400, faa55544"})
    void a_type_alone_stands_for_all_its_defaults(String type, int width, int height, String checkSum) throws Exception {
        ImagePreprocessor preprocessor = Tensors.preprocessor("{\"image_processor_type\": \"" + type + "ImageProcessor\"}");
        assertEquals(224, preprocessor.width());
        assertEquals(224, preprocessor.height());
        assertEquals(checkSum, Tensors.checkSum(preprocessor.pixels(PngBytes.pattern(width, height))));
    }

    @Test
    void the_first_and_the_last_number_are_those_of_transformers() throws Exception {
        float[] tensor = Tensors.preprocessor("{\"image_processor_type\": \"CLIPImageProcessor\"}")
                .pixels(PngBytes.pattern(100, 75));
        assertEquals(3 * 224 * 224, tensor.length);
        assertEquals(-0.5805931f, tensor[0]);
        assertEquals(0.24393615f, tensor[224 * 224]);
        assertEquals(1.1220524f, tensor[2 * 224 * 224]);
        assertEquals(-0.8579632f, tensor[224 * 224 - 1]);
    }

    /** Shrunk, enlarged, very high and very wide, each of them by all filters. */
    @ParameterizedTest
    @CsvSource({"0, 92b0144a, ecc48d2e, 175e4dd2, 5a2f9003", "1, eb542b48, 1d884735, bc8d0545, be084d4e",
        "2, 60bb9b14, 92dbb09a, 59f47d5e, 8fa1fbd4", "3, 8c2959a4, f3b187d7, 612dee1d, f919c9f6"})
    void filters_are_those_of_pillow(int filter, String shrunk, String enlarged, String high, String wide) throws Exception {
        String fields = "{\"do_resize\": true, \"resample\": " + filter + ", " + PLAIN + ", \"size\": ";
        ImagePreprocessor upright = Tensors.preprocessor(fields + "{\"height\": 64, \"width\": 48}}");
        ImagePreprocessor square = Tensors.preprocessor(fields + "{\"height\": 32, \"width\": 32}}");
        assertEquals(shrunk, Tensors.checkSum(upright.pixels(PngBytes.pattern(97, 131))));
        assertEquals(enlarged, Tensors.checkSum(upright.pixels(PngBytes.pattern(13, 9))));
        assertEquals(high, Tensors.checkSum(square.pixels(PngBytes.pattern(3, 700))));
        assertEquals(wide, Tensors.checkSum(square.pixels(PngBytes.pattern(700, 3))));
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "2", "3"})
    void an_image_of_the_right_size_stays_as_it_is(int filter) throws Exception {
        float[] tensor = Tensors.preprocessor("{\"do_resize\": true, \"resample\": " + filter + ", " + PLAIN
                + ", \"size\": {\"height\": 32, \"width\": 32}}").pixels(PngBytes.pattern(32, 32));
        for (int i = 0; i < tensor.length; i++) {
            assertEquals(PngBytes.level(i % 32, i / 32 % 32, i / 1024), tensor[i], "at " + i);
        }
    }

    @Test
    void a_shorter_edge_keeps_the_shape_and_the_middle_is_cut_out() throws Exception {
        assertEquals("4a07d1fb", Tensors.checkSum(Tensors.preprocessor("""
                {"image_processor_type": "CLIPImageProcessor", "size": {"shortest_edge": 33}, "crop_size": 20, "resample": 2}""")
                .pixels(PngBytes.pattern(150, 100))));
    }

    @Test
    void a_crop_larger_than_the_image_is_black_around_it() throws Exception {
        assertEquals("0eceab43", Tensors.checkSum(Tensors.levels(40, 40).pixels(PngBytes.pattern(31, 17))));
        assertEquals("c239c522", Tensors.checkSum(Tensors.preprocessor("""
                {"image_processor_type": "CLIPImageProcessor", "do_resize": false, "crop_size": {"height": 40, "width": 40}}""")
                .pixels(PngBytes.pattern(31, 50))));
    }

    @Test
    void levels_are_rescaled_or_normalized_alone() throws Exception {
        String fields = "{\"image_processor_type\": \"CLIPImageProcessor\", \"do_center_crop\": false, \"size\": {\"height\": 24, "
                + "\"width\": 24}, ";
        assertEquals("8300280d",
                Tensors.checkSum(Tensors.preprocessor(fields + "\"do_normalize\": false, \"rescale_factor\": " + 1 / 127.5 + "}")
                        .pixels(PngBytes.pattern(50, 40))));
        assertEquals("e8969d1f",
                Tensors.checkSum(Tensors
                        .preprocessor(fields + "\"do_rescale\": false, \"image_mean\": 127.5, \"image_std\": [100, 110, 120]}")
                        .pixels(PngBytes.pattern(50, 40))));
    }

    @Test
    void a_tensor_is_written_into_memory_outside_of_the_heap() throws Exception {
        ImagePreprocessor preprocessor = Tensors.preprocessor("{\"image_processor_type\": \"ViTImageProcessor\"}");
        byte[] image = PngBytes.pattern(60, 50);
        float[] expected = preprocessor.pixels(image);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment batch = arena.allocate(ValueLayout.JAVA_FLOAT, 2L * expected.length);
            preprocessor.pixels(image, batch.asSlice(expected.length * 4L));
            float[] both = batch.toArray(ValueLayout.JAVA_FLOAT);
            assertArrayEquals(new float[expected.length], java.util.Arrays.copyOf(both, expected.length));
            assertArrayEquals(expected, java.util.Arrays.copyOfRange(both, expected.length, both.length));
            assertEquals("the target has [1204224] bytes, expected [602112]",
                    assertThrows(IllegalArgumentException.class, () -> preprocessor.pixels(image, batch)).getMessage());
        }
    }

    @Test
    void a_bad_image_is_a_refusal_of_one_document() {
        UnusableImageException refused = assertThrows(UnusableImageException.class,
                () -> Tensors.levels(4, 4).pixels("GIF89a".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        assertEquals(
                new Embedding.Refused(
                        "the image is a file of the format [GIF], expected a PNG or a JPEG; convert it before it is sent"),
                refused.refusal());
    }
}
