package io.semanticsearch.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.semanticsearch.embedding.local.MadeUpTransformer;
import io.semanticsearch.onnx.graph.EncoderShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
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

    private final AtomicLong seconds = new AtomicLong();
    private volatile double load;
    private final EmbeddingWorkers workers = workers(1);
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

    private EmbeddingWorkers workers(int forQueries) {
        return new EmbeddingWorkers(1, forQueries, new QueueBounds(1_000_000, 10_000), Duration.ofSeconds(5),
                new PassRunner(new ProcessorLoad(2, () -> load, () -> seconds.getAndIncrement() * 1_000_000_000)));
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
        return embed(workers, role, watched);
    }

    private static CompletableFuture<List<Embedding>> embed(EmbeddingWorkers workers, Role role, WatchedFunction watched) {
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
    void a_model_tells_on_how_many_threads_it_runs_one_that_is_alone() throws IOException {
        assertEquals(2, ((BatchedFunction) function).threadsAlone());
        MadeUpTransformer once = new MadeUpTransformer(Files.createDirectory(scratch.resolve("once")),
                EncoderShape.miniLm().small());
        try (EmbeddingFunction other = once.open("precision", "fp32")) {
            assertEquals(1, ((BatchedFunction) other).threadsAlone());
        }
    }

    @Test
    void a_query_alone_on_an_idle_machine() throws Exception {
        WatchedFunction queries = watched();
        assertInstanceOf(Embedding.Vector.class, embed(Role.QUERY, queries).get().getFirst());
        assertEquals(List.of(true), queries.alone());
    }

    @Test
    void a_query_alone_on_a_busy_machine() throws Exception {
        load = 0.8;
        WatchedFunction queries = watched();
        embed(Role.QUERY, queries).get();
        assertEquals(List.of(false), queries.alone());
    }

    @Test
    void what_queries_took_makes_no_machine_busy() throws Exception {
        load = 0.5;
        WatchedFunction queries = watched();
        // One thread, which has done with the first query before it begins the second.
        try (EmbeddingWorkers one = workers(0)) {
            embed(one, Role.QUERY, queries).get();
            embed(one, Role.QUERY, queries).get();
        }
        // Half is too much, and of the second half the first query took some.
        assertEquals(List.of(false, true), queries.alone());
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
