package io.semanticsearch.embedding.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.onnx.graph.EncoderShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is kept of compiling, and when a compiled graph is not used. */
@Timeout(120)
class CompiledGraphsTest {

    @TempDir
    Path scratch;

    private MadeUpTransformer model;

    @BeforeEach
    void writeModel() throws IOException {
        model = new MadeUpTransformer(scratch, EncoderShape.miniLm().small());
    }

    @Test
    void a_graph_that_disagrees_with_its_weights_is_kept() throws IOException {
        MadeUpTransformer other = new MadeUpTransformer(scratch.resolve("other"),
                EncoderShape.miniLm().small().layers(2));
        // Weights of three layers beside a graph of two.
        Files.copy(other.folder().resolve("onnx/model.onnx"), model.folder().resolve("onnx/model.onnx"),
                StandardCopyOption.REPLACE_EXISTING);
        try (EmbeddingFunction function = model.open()) {
            assertEquals("original", function.precision());
            assertTrue(function.notes().toString().contains("int8 is not used: its vectors have a cosine of"),
                    function.notes().toString());
            assertTrue(function.notes().toString().contains("the compiled graph has a cosine of"), function.notes().toString());
        }
    }

    @Test
    void what_was_compiled_is_used_again_and_nothing_is_left_beside_it() throws IOException {
        model.open().close();
        List<Path> made;
        try (var entries = Files.list(model.cache())) {
            made = entries.toList();
        }
        assertEquals(1, made.size());
        var time = Files.getLastModifiedTime(made.getFirst().resolve("model.onnx"));
        model.open().close();
        assertEquals(time, Files.getLastModifiedTime(made.getFirst().resolve("model.onnx")));
        try (var entries = Files.list(model.cache())) {
            assertEquals(made, entries.toList());
        }
    }

    @Test
    void search_texts_that_are_alone_have_a_graph_of_their_own_in_int8() throws IOException {
        model.openForLoneQueries("precision", "fp32").close();
        assertEquals(List.of(), shortGraphs());
        long bytes;
        try (EmbeddingFunction function = model.openForLoneQueries()) {
            bytes = function.memoryBytes();
        }
        Path made = shortGraphs().getFirst();
        var time = Files.getLastModifiedTime(made);
        try (EmbeddingFunction function = model.openForLoneQueries()) {
            assertEquals(bytes, function.memoryBytes());
            assertEquals(time, Files.getLastModifiedTime(made));
        }
        Files.delete(made);
        model.openForLoneQueries().close();
        assertEquals(List.of(made), shortGraphs());
    }

    private List<Path> shortGraphs() throws IOException {
        try (var files = Files.walk(model.cache())) {
            return files.filter(file -> file.endsWith("short.onnx")).toList();
        }
    }

    @Test
    void what_is_damaged_among_the_compiled_is_made_anew() throws IOException {
        model.open().close();
        Path made;
        try (var entries = Files.list(model.cache())) {
            made = entries.findFirst().orElseThrow();
        }
        Files.writeString(made.resolve("report.json"), "{\"precision\": ");
        model.open().close();
        Files.delete(made.resolve("model.onnx"));
        try (EmbeddingFunction function = model.open()) {
            assertEquals("int8", function.precision());
        }
    }
}
