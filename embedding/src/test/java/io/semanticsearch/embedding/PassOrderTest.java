package io.semanticsearch.embedding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.embedding.local.MadeUpTransformer;
import io.semanticsearch.onnx.graph.EncoderShape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which texts of a request are run when. */
class PassOrderTest {

    private static final int SPECIAL_TOKENS = 2;

    @TempDir
    Path scratch;

    private final EmbeddingWorkers workers = new EmbeddingWorkers(1, 0, new QueueBounds(1_000_000, 100_000));
    private WatchedFunction function;

    @BeforeEach
    void open() throws IOException {
        function = new WatchedFunction(
                (BatchedFunction) new MadeUpTransformer(scratch, EncoderShape.miniLm().small()).open("precision", "fp32"),
                () -> {});
    }

    @AfterEach
    void close() {
        workers.close();
        function.close();
    }

    /** A long text that came last would keep one processor while the others have nothing left to do. */
    @Test
    void the_longest_go_first_and_each_vector_goes_to_its_own_text() throws Exception {
        List<Integer> lengths = IntStream.range(0, 60).map(i -> 1 + i * 37 % 97).boxed().toList();
        List<String> texts = IntStream.range(0, 60).mapToObj(i -> MadeUpTransformer.text(lengths.get(i), i)).toList();
        List<Embedding> embeddings = workers.embed(Role.DOCUMENT, texts, () -> new FunctionLease() {
            @Override
            public EmbeddingFunction function() {
                return function;
            }

            @Override
            public void close() {}
        }).get();
        List<Integer> longest = function.passes().stream()
                .map(pass -> pass.lengths().stream().mapToInt(n -> n).max().orElseThrow())
                .toList();
        assertTrue(longest.size() > 10, longest.toString());
        assertEquals(longest.stream().sorted(Comparator.reverseOrder()).toList(), longest);
        assertEquals(lengths.stream().map(n -> n + SPECIAL_TOKENS).sorted().toList(),
                function.passes().stream().flatMap(pass -> pass.lengths().stream()).sorted().toList());
        for (int i = 0; i < texts.size(); i++) {
            Embedding.Vector own = (Embedding.Vector) embeddings.get(i);
            assertEquals(lengths.get(i) + SPECIAL_TOKENS, own.tokens(), "text " + i);
            Embedding.Vector alone = (Embedding.Vector) function.encodeDocuments(List.of(texts.get(i))).getFirst();
            assertArrayEquals(alone.values(), own.values(), 1e-5f, "text " + i);
        }
    }
}
