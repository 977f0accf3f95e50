package io.semanticsearch.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.semanticsearch.embedding.local.MadeUpTransformer;
import io.semanticsearch.onnx.graph.EncoderShape;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A query may use several processors only where nothing else is embedded and they have little to do. */
@Timeout(120)
class LonePassesTest {

    @TempDir
    private Path scratch;

    private final AtomicBoolean idle = new AtomicBoolean(true);
    private final EmbeddingWorkers workers = new EmbeddingWorkers(1, 1, new QueueBounds(1_000_000, 10_000), Duration.ofSeconds(5),
            idle::get);
    private final CountDownLatch documentsBegan = new CountDownLatch(1);
    private final CountDownLatch documentsMayEnd = new CountDownLatch(1);
    private EmbeddingFunction function;

    @BeforeEach
    void open() throws IOException {
        function = new MadeUpTransformer(scratch, EncoderShape.miniLm().small()).openForLoneQueries("precision", "fp32");
    }

    @AfterEach
    void close() {
        documentsMayEnd.countDown();
        workers.close();
        function.close();
    }

    private WatchedFunction watched() {
        return new WatchedFunction((BatchedFunction) function, () -> {});
    }

    private void hold() {
        documentsBegan.countDown();
        try {
            documentsMayEnd.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private CompletableFuture<List<Embedding>> embed(Role role, WatchedFunction watched) {
        return workers.embed(role, List.of("w9 w10"), () -> new FunctionLease() {
            @Override
            public EmbeddingFunction function() {
                return watched;
            }

            @Override
            public void close() {}
        });
    }

    @Test
    void a_query_alone_on_an_idle_machine() throws Exception {
        WatchedFunction queries = watched();
        assertInstanceOf(Embedding.Vector.class, embed(Role.QUERY, queries).get().getFirst());
        assertEquals(List.of(true), queries.alone());
    }

    @Test
    void a_query_alone_on_a_busy_machine() throws Exception {
        idle.set(false);
        WatchedFunction queries = watched();
        embed(Role.QUERY, queries).get();
        assertEquals(List.of(false), queries.alone());
    }

    @Test
    void a_query_beside_documents_and_the_documents() throws Exception {
        WatchedFunction documents = new WatchedFunction((BatchedFunction) function, this::hold);
        CompletableFuture<List<Embedding>> held = embed(Role.DOCUMENT, documents);
        documentsBegan.await();
        WatchedFunction queries = watched();
        embed(Role.QUERY, queries).get();
        assertEquals(List.of(false), queries.alone());
        documentsMayEnd.countDown();
        held.get();
        assertEquals(List.of(false), documents.alone());
    }
}
