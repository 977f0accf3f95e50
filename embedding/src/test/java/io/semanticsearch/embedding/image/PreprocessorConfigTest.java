package io.semanticsearch.embedding.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.semanticsearch.embedding.EmbeddingException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreprocessorConfigTest {

    private static final List<Double> CLIP_MEAN = List.of(0.48145466, 0.4578275, 0.40821073);
    private static final List<Double> CLIP_DEVIATION = List.of(0.26862954, 0.26130258, 0.27577711);
    private static final List<Double> HALF = List.of(0.5, 0.5, 0.5);
    private static final TargetSize.Sides SIDES = new TargetSize.Sides(224, 224);

    @Test
    void a_file_of_an_older_version_is_completed() throws IOException {
        assertEquals(
                new PreprocessorConfig(new TargetSize.ShortestEdge(224), Resampling.BICUBIC, Optional.of(SIDES),
                        new Normalization(1 / 255.0, CLIP_MEAN, CLIP_DEVIATION)),
                read("""
                        {"crop_size": 224, "do_center_crop": true, "do_normalize": true, "do_resize": true,
                         "feature_extractor_type": "CLIPFeatureExtractor", "image_mean": [0.48145466, 0.4578275, 0.40821073],
                         "image_std": [0.26862954, 0.26130258, 0.27577711], "resample": 3, "size": 224}"""));
        assertEquals(
                new PreprocessorConfig(SIDES, Resampling.BILINEAR, Optional.empty(), new Normalization(1 / 255.0, HALF, HALF)),
                read("""
                        {"do_normalize": true, "do_resize": true, "feature_extractor_type": "ViTFeatureExtractor",
                         "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "resample": 2, "size": 224}"""));
    }

    @Test
    void a_file_of_a_newer_version_is_read_by_its_fields() throws IOException {
        assertEquals(new PreprocessorConfig(new TargetSize.Sides(384, 256), Resampling.LANCZOS, Optional.empty(),
                new Normalization(0.00784313725490196, List.of(1.0, 1.0, 1.0), HALF)),
                read("""
                        {"image_processor_type": "SiglipImageProcessorFast", "do_convert_rgb": null, "do_normalize": true, "resample": 1,
                         "do_rescale": true, "do_resize": true, "image_mean": [1, 1, 1], "image_std": 0.5, "do_center_crop": null,
                         "rescale_factor": 0.00784313725490196, "size": {"height": 384, "width": 256}, "processor_class": "Any",
                         "data_format": "channels_first", "input_data_format": null, "do_pad": false, "_valid_processor_keys": ["a"]}"""));
    }

    @Test
    void another_type_is_read_when_it_leaves_nothing_out() throws IOException {
        assertEquals(new PreprocessorConfig(new TargetSize.ShortestEdge(256), Resampling.NEAREST,
                Optional.of(new TargetSize.Sides(10, 20)), new Normalization(1, Normalization.ZERO, Normalization.ONE)),
                read("""
                        {"image_processor_type": "ExampleImageProcessor", "do_resize": true, "size": {"shortest_edge": 256}, "resample": 0,
                         "do_center_crop": true, "crop_size": {"height": 10, "width": 20}, "do_rescale": false, "do_normalize": false}"""));
        assertUnusable(
                "lacks [resample], expected one of [0 (nearest), 1 (lanczos), 2 (bilinear), 3 (bicubic)]: defaults of the type "
                        + "[ExampleImageProcessor] are not known, write the field into the file",
                "{\"image_processor_type\": \"ExampleImageProcessor\", \"do_resize\": true, \"size\": {\"shortest_edge\": 256}}");
        assertUnusable(
                "lacks [default_to_square], expected true or false: defaults of the type [ExampleImageProcessor] are not known, "
                        + "write the field into the file",
                "{\"image_processor_type\": \"ExampleImageProcessor\", \"do_resize\": true, \"size\": 256}");
    }

    @Test
    void steps_that_are_not_supported_are_named() {
        String steps = ", a step that is not supported; expected a model that is made for steps among [crop_size, default_to_square, "
                + "do_center_crop, do_normalize, do_rescale, do_resize, image_mean, image_std, resample, rescale_factor, size]";
        assertUnusable("has [do_pad] of [true]" + steps, "{\"image_processor_type\": \"CLIPImageProcessor\", \"do_pad\": true}");
        assertUnusable("has [crop_pct] of [0.9]" + steps,
                "{\"image_processor_type\": \"CLIPImageProcessor\", \"crop_pct\": 0.9}");
        assertUnusable("has [auto_map] of [{\"AutoImageProcessor\":\"a.B\"}]" + steps,
                "{\"image_processor_type\": \"CLIPImageProcessor\", \"auto_map\": {\"AutoImageProcessor\": \"a.B\"}}");
        assertUnusable("has [data_format] of [\"channels_last\"]" + steps,
                "{\"image_processor_type\": \"CLIPImageProcessor\", \"data_format\": \"channels_last\"}");
        assertUnusable(
                "is of the type [LevitFeatureExtractor], which does more than its fields say; expected a type like those of CLIP, "
                        + "SigLIP and ViT",
                "{\"feature_extractor_type\": \"LevitFeatureExtractor\"}");
    }

    @Test
    void images_of_different_shapes_must_come_out_as_one() {
        assertUnusable(
                "lets images keep shapes of their own: [do_center_crop] is off and [size] is not that of both sides; expected a "
                        + "crop, or a [size] of [height] and [width]",
                "{\"image_processor_type\": \"CLIPImageProcessor\", \"do_center_crop\": false}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"resample | 4 | one of [0 (nearest), 1 (lanczos), 2 (bilinear), 3 (bicubic)]",
        "size | {\"longest_edge\":8} | a whole number, [shortest_edge], or [height] and [width], of 1 to [2048] pixels",
        "size | {\"shortest_edge\":8,\"longest_edge\":9} | a whole number, [shortest_edge], or [height] and [width], of 1 to [2048] pixels",
        "size | {\"height\":2049,\"width\":8} | a whole number, [shortest_edge], or [height] and [width], of 1 to [2048] pixels",
        "size | 0 | a whole number, [shortest_edge], or [height] and [width], of 1 to [2048] pixels",
        "crop_size | [8,8] | a whole number, or [height] and [width], of 1 to [2048] pixels",
        "rescale_factor | -1 | a number above 0",
        "image_std | [1,0,1] | a number, or three for red, green and blue; those of [image_std] not 0",
        "image_mean | [1,1] | a number, or three for red, green and blue; those of [image_std] not 0",
        "do_resize | \"yes\" | true or false"})
    void a_wrong_value_is_shown(String key, String value, String expected) {
        assertUnusable("has [" + key + "] of [" + value + "], expected " + expected,
                "{\"image_processor_type\": \"CLIPImageProcessor\", \"" + key + "\": " + value + "}");
    }

    @Test
    void a_file_that_cannot_be_read_is_told() {
        assertUnusable("holds [ARRAY], expected an object", "[]");
        assertUnusable("holds [MISSING], expected an object", "");
        assertEquals(
                "[preprocessor_config.json] is not JSON: Unexpected end-of-input: expected close marker for Object (start marker "
                        + "at [Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: 1])",
                assertThrows(EmbeddingException.BrokenModel.class, () -> Tensors.preprocessor("{")).getMessage());
        assertEquals("[preprocessor_config.json] has more than [1048576] bytes, expected a small file",
                assertThrows(EmbeddingException.BrokenModel.class,
                        () -> ImagePreprocessor.read(new ByteArrayInputStream(new byte[(1 << 20) + 1]))).getMessage());
        assertEquals("[preprocessor_config.json] cannot be read: gone",
                assertThrows(EmbeddingException.BrokenModel.class, () -> ImagePreprocessor.read(new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("gone");
                    }
                })).getMessage());
    }

    private static PreprocessorConfig read(String json) throws IOException {
        return PreprocessorConfig.read(new ObjectMapper().readTree(json));
    }

    private static void assertUnusable(String message, String json) {
        assertEquals("[preprocessor_config.json] " + message,
                assertThrows(EmbeddingException.BadRequest.class, () -> Tensors.preprocessor(json)).getMessage());
    }
}
