package io.semanticsearch.embedding.local;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.EmbeddingWorkers;
import io.semanticsearch.embedding.FunctionLease;
import io.semanticsearch.embedding.QueueBounds;
import io.semanticsearch.embedding.Role;
import io.semanticsearch.onnx.graph.ColourModel;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Images are made here, and their vectors computed from their colours by hand. */
@Timeout(120)
class ImageTextModelTest {

    @TempDir
    Path scratch;

    @Test
    void a_text_lies_beside_the_image_of_its_colour() throws IOException {
        for (ColourModel kind : ColourModel.values()) {
            try (EmbeddingFunction function = open(kind)) {
                assertTrue(function.takesImages());
                assertEquals(ColourModel.DIMENSION, function.dimension());
                assertEquals(ColourModel.MAX_TOKENS, function.maxTokens());
                assertEquals("original", function.precision());
                List<Embedding> images = function
                        .encodeImages(List.of(image(Color.RED, "png"), image(Color.GREEN, "png"), image(Color.BLUE, "jpg")));
                List<Embedding> texts = function.encodeQueries(List.of("a red square", "a picture green", "blue"));
                for (int text = 0; text < 3; text++) {
                    for (int image = 0; image < 3; image++) {
                        double cosine = dot(vector(texts.get(text)), vector(images.get(image)));
                        assertEquals(text == image ? 1 : 0, cosine, 0.02, kind + " text " + text + " image " + image);
                    }
                }
            }
        }
    }

    @Test
    void vectors_of_images_are_their_colours_projected_and_of_length_one() throws IOException {
        try (EmbeddingFunction function = open(ColourModel.CLIP)) {
            float[] vector = vector(function.encodeImages(List.of(image(new Color(200, 100, 50), "png"))).getFirst());
            double norm = Math.sqrt(200 * 200 + 100 * 100 + 50 * 50);
            assertArrayEquals(new float[]{(float) (175 / norm), (float) (75 / norm), (float) (125 / norm), (float) (25 / norm)},
                    vector, 1e-3f);
            assertEquals(1, dot(vector, vector), 1e-5);
            assertEquals(0, ((Embedding.Vector) function.encodeImages(List.of(image(Color.RED, "png"))).getFirst()).tokens());
            assertEquals(Embedding.NOTHING, function.encodeImages(List.of(image(Color.BLACK, "png"))).getFirst(),
                    "zeros have no direction");
        }
    }

    @Test
    void many_images_at_once_have_the_vectors_of_each_alone_and_a_bad_one_fails_alone() throws IOException {
        try (EmbeddingFunction function = open(ColourModel.CLIP)) {
            List<byte[]> files = new ArrayList<>();
            for (int i = 0; i < 11; i++) files.add(image(new Color(20 * i + 20, 255 - 20 * i, 7 * i), "png"));
            files.set(1, new byte[]{1, 2, 3});
            files.set(9, "GIF89a, say".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            List<Embedding> together = function.encodeImages(files);
            assertEquals(11, together.size());
            for (int i = 0; i < 11; i++) {
                if (i == 1 || i == 9) continue;
                assertArrayEquals(vector(function.encodeImages(List.of(files.get(i))).getFirst()), vector(together.get(i)),
                        1e-6f);
            }
            assertEquals("the image is of an unknown format: it begins with the bytes [010203], expected a PNG or a JPEG; convert"
                    + " it before it is sent", assertInstanceOf(Embedding.Refused.class, together.get(1)).reason());
            assertTrue(assertInstanceOf(Embedding.Refused.class, together.get(9)).reason().contains("GIF"));
            assertEquals(List.of(), function.encodeImages(List.of()));
        }
    }

    @Test
    void texts_of_siglip_are_filled_up_with_padding_that_counts() throws IOException {
        try (EmbeddingFunction function = open(ColourModel.SIGLIP)) {
            float[] red = vector(function.encodeDocuments(List.of("red")).getFirst());
            // Nine of the twelve tokens are padding, on an axis of its own.
            double padding = 9 * ColourModel.SIGLIP.padding();
            double norm = Math.sqrt(1 + padding * padding);
            assertEquals((1 - padding) / 2 / norm, red[1], 1e-5);
            assertEquals((1 + padding) / 2 / norm, red[0], 1e-5);
            List<Embedding> together = function.encodeDocuments(List.of("red", "a red square red red red", "red"));
            assertArrayEquals(red, vector(together.getFirst()), 1e-6f);
            assertArrayEquals(red, vector(together.get(2)), 1e-6f);
        }
    }

    @Test
    void the_workers_take_images_and_count_their_bytes() throws Exception {
        byte[] red = image(Color.RED, "png");
        try (EmbeddingFunction function = open(ColourModel.CLIP);
                EmbeddingWorkers workers = new EmbeddingWorkers(1, 0, new QueueBounds(red.length + 10, 1000))) {
            CompletableFuture<Void> gate = new CompletableFuture<>();
            CompletableFuture<List<Embedding>> first = workers.embedImages(Role.DOCUMENT, List.of(red), () -> {
                gate.join();
                return new Lease(function);
            });
            while (workers.stats().documents().running() == 0)
                Thread.onSpinWait();
            CompletableFuture<List<Embedding>> second = workers.embedImages(Role.DOCUMENT, List.of(red),
                    () -> new Lease(function));
            CompletableFuture<List<Embedding>> third = workers.embedImages(Role.DOCUMENT, List.of(red),
                    () -> new Lease(function));
            assertInstanceOf(EmbeddingException.Overloaded.class,
                    assertThrows(ExecutionException.class, third::get).getCause());
            gate.complete(null);
            assertArrayEquals(vector(first.get().getFirst()), vector(second.get().getFirst()));
        }
    }

    @Test
    void texts_and_images_are_one_space_that_any_of_the_files_changes() throws IOException {
        Path folder = ColourModel.CLIP.write(scratch.resolve("models/colours"));
        try (EmbeddingFunction before = models().open(definition())) {
            assertEquals("graph", before.space().pooling());
            Files.writeString(folder.resolve("preprocessor_config.json"),
                    Files.readString(folder.resolve("preprocessor_config.json")).replace("[1, 1, 1]", "[1, 1, 0.5]"));
            try (EmbeddingFunction after = models().open(definition())) {
                assertEquals(false, before.space().id().equals(after.space().id()));
            }
        }
    }

    @Test
    void dimensions_are_cut_for_both() throws IOException {
        ColourModel.CLIP.write(scratch.resolve("models/colours"));
        try (EmbeddingFunction function = models().open(definition("dimensions", 2))) {
            float[] image = vector(function.encodeImages(List.of(image(Color.GREEN, "png"))).getFirst());
            assertArrayEquals(new float[]{0.7071f, -0.7071f}, image, 1e-3f);
            assertArrayEquals(image, vector(function.encodeQueries(List.of("green")).getFirst()), 1e-3f);
        }
    }

    @Test
    void what_does_not_fit_is_refused() throws IOException {
        Path folder = ColourModel.CLIP.write(scratch.resolve("models/colours"));
        assertTrue(assertThrows(EmbeddingException.BadRequest.class,
                () -> models().open(definition("file", "onnx/text_model.onnx"))).getMessage()
                .contains("is defined with [file] of [onnx/text_model.onnx], expected none"));
        assertTrue(assertThrows(EmbeddingException.BadRequest.class, () -> models().open(definition("max_tokens", 20)))
                .getMessage().contains("is defined with [max_tokens] of [20], expected none: its graph of texts has one length"));
        Files.copy(folder.resolve("onnx/vision_model.onnx"), folder.resolve("vision"));
        Files.copy(folder.resolve("onnx/text_model.onnx"), folder.resolve("onnx/vision_model.onnx"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertTrue(assertThrows(EmbeddingException.BadRequest.class, () -> models().open(definition())).getMessage()
                .contains("graph [onnx/vision_model.onnx] has the inputs [input_ids]"));
        Files.copy(folder.resolve("vision"), folder.resolve("onnx/text_model.onnx"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.copy(folder.resolve("vision"), folder.resolve("onnx/vision_model.onnx"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertTrue(assertThrows(EmbeddingException.BadRequest.class, () -> models().open(definition())).getMessage()
                .contains("which an encoder of texts does not have"));
    }

    @Test
    void a_model_of_images_alone_is_refused() throws IOException {
        Path folder = ColourModel.CLIP.write(scratch.resolve("models/colours"));
        Files.writeString(folder.resolve("config.json"),
                "{\"model_type\": \"nomic_bert\", \"architectures\": [\"NomicVisionModel\"]}");
        Files.copy(folder.resolve("onnx/vision_model.onnx"), folder.resolve("onnx/model.onnx"));
        assertTrue(assertThrows(EmbeddingException.BadRequest.class, () -> models().open(definition())).getMessage()
                .contains("gives vectors to images only"));
    }

    @Test
    void a_closed_model_and_one_of_texts_say_so() throws IOException {
        EmbeddingFunction function = open(ColourModel.CLIP);
        function.close();
        function.close();
        assertThrows(EmbeddingException.Unavailable.class, () -> function.encodeImages(List.of(image(Color.RED, "png"))));
        assertThrows(EmbeddingException.Unavailable.class, () -> function.encodeQueries(List.of("red")));
        try (EmbeddingFunction texts = new LocalModels(null).open(MadeUpTransformer.definition("model",
                "built-in:english-small"))) {
            assertEquals(false, texts.takesImages());
            assertTrue(assertThrows(EmbeddingException.BadRequest.class, () -> texts.encodeImages(List.of(new byte[0])))
                    .getMessage().contains("reads no images"));
        }
    }

    private record Lease(EmbeddingFunction function) implements FunctionLease {

        @Override
        public void close() {
            // The test closes it.
        }
    }

    private EmbeddingFunction open(ColourModel kind) throws IOException {
        kind.write(scratch.resolve("models/colours"));
        return models().open(definition());
    }

    private LocalModels models() {
        return new LocalModels(scratch.resolve("models"), new Transformers(MadeUpTransformer.natives(), Optional.empty(),
                scratch.resolve("cache"), (level, message, place) -> {
                }, LoneQueries.ON_ONE_THREAD));
    }

    private static io.semanticsearch.embedding.LocalModel definition(Object... fields) {
        List<Object> all = new ArrayList<>(List.of("model", "file:colours"));
        all.addAll(List.of(fields));
        return MadeUpTransformer.definition(all.toArray());
    }

    private static byte[] image(Color colour, String format) throws IOException {
        BufferedImage image = new BufferedImage(20, 14, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 14; y++) for (int x = 0; x < 20; x++) image.setRGB(x, y, colour.getRGB());
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        assertTrue(ImageIO.write(image, format, file));
        return file.toByteArray();
    }

    private static float[] vector(Embedding embedding) {
        return assertInstanceOf(Embedding.Vector.class, embedding).values();
    }

    private static double dot(float[] a, float[] b) {
        double dot = 0;
        for (int i = 0; i < a.length; i++) dot += a[i] * b[i];
        return dot;
    }
}
