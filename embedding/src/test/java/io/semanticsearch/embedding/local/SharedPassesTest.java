package io.semanticsearch.embedding.local;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.embedding.BatchedFunction;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.EmbeddingWorkers;
import io.semanticsearch.embedding.FunctionLease;
import io.semanticsearch.embedding.QueueBounds;
import io.semanticsearch.embedding.Role;
import io.semanticsearch.onnx.Cancellation;
import io.semanticsearch.onnx.graph.EncoderShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Texts of many requests in the passes of one transformer. */
@Timeout(120)
class SharedPassesTest {

    @TempDir
    Path scratch;

    private final EmbeddingWorkers workers = new EmbeddingWorkers(1, 0, new QueueBounds(10_000_000, 20_000));
    private final AtomicInteger lent = new AtomicInteger();
    private EmbeddingFunction function;

    @BeforeEach
    void open() throws IOException {
        function = new MadeUpTransformer(scratch, EncoderShape.miniLm().small()).open("precision", "fp32");
    }

    @AfterEach
    void close() {
        workers.close();
        function.close();
    }

    @Test
    void texts_of_many_requests_share_passes_and_each_gets_its_own_vector() throws Exception {
        List<String> texts = IntStream.range(0, 200).mapToObj(i -> MadeUpTransformer.text(1 + i * 7 % 100, i)).toList();
        CountDownLatch gate = hold();
        List<CompletableFuture<List<Embedding>>> answers = new ArrayList<>();
        for (String text : texts) answers.add(workers.embed(Role.DOCUMENT, List.of(text), this::lease));
        gate.countDown();
        for (int i = 0; i < texts.size(); i++) {
            Embedding.Vector alone = (Embedding.Vector) function.encodeDocuments(List.of(texts.get(i))).getFirst();
            Embedding.Vector shared = (Embedding.Vector) answers.get(i).get().getFirst();
            assertArrayEquals(alone.values(), shared.values(), 1e-5f, "text " + i);
            assertEquals(alone.tokens(), shared.tokens());
        }
        EmbeddingWorkers.Stats.Lane lane = workers.stats().documents();
        assertTrue(lane.passes() < 80, lane.toString());
        assertTrue(lane.paddedTokens() < 1.12 * lane.tokens(), lane.toString());
        assertEquals(0, lane.waitingRows());
        assertEquals(0, lane.waitingTokens());
        awaitAllGivenBack();
    }

    @Test
    void a_query_overtakes_documents_that_wait() throws Exception {
        CountDownLatch gate = hold();
        List<CompletableFuture<List<Embedding>>> documents = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            documents.add(workers.embed(Role.DOCUMENT, List.of(MadeUpTransformer.text(100, i)), this::lease));
        }
        CompletableFuture<Integer> waitingAtAnswer = workers.embed(Role.QUERY, List.of("w9 w10"), this::lease)
                .thenApply(rows -> workers.stats().documents().waitingRows() + workers.stats().documents().waiting());
        gate.countDown();
        assertTrue(waitingAtAnswer.get() > 100, () -> "documents waiting when the query was answered: " + waitingAtAnswer.join());
        for (CompletableFuture<?> document : documents) document.get();
    }

    @Test
    void cancelling_takes_out_what_waits() throws Exception {
        List<String> many = IntStream.range(0, 2000).mapToObj(i -> MadeUpTransformer.text(100, i)).toList();
        CompletableFuture<List<Embedding>> answer = workers.embed(Role.DOCUMENT, many, this::lease);
        while (workers.stats().documents().passes() == 0)
            Thread.onSpinWait();
        answer.cancel(false);
        workers.submit(Role.DOCUMENT, 0, () -> null).get();
        EmbeddingWorkers.Stats.Lane lane = workers.stats().documents();
        assertEquals(0, lane.waitingRows());
        assertTrue(lane.passes() < 500, lane.toString());
        awaitAllGivenBack();
    }

    @Test
    void a_deadline_reaches_the_pass_that_runs() throws Exception {
        List<String> many = IntStream.range(0, 2000).mapToObj(i -> MadeUpTransformer.text(100, i)).toList();
        CompletableFuture<List<Embedding>> answer = workers.embed(Role.DOCUMENT, many, this::lease)
                .orTimeout(300, TimeUnit.MILLISECONDS);
        assertInstanceOf(TimeoutException.class, assertThrows(ExecutionException.class, answer::get).getCause());
        // The thread of the timeout tells whoever waits first.
        while (workers.stats().documents().waitingRows() > 0)
            Thread.onSpinWait();
        workers.submit(Role.DOCUMENT, 0, () -> null).get();
        assertTrue(workers.stats().documents().passes() < 1000, workers.stats().toString());
        awaitAllGivenBack();
    }

    @Test
    void a_cancelled_pass_ends_early_and_the_function_goes_on() {
        BatchedFunction batched = (BatchedFunction) function;
        Cancellation cancelled = new Cancellation();
        cancelled.cancel();
        int[] row = {2, 9, 3};
        assertThrows(EmbeddingException.DeadlineExceeded.class, () -> batched.forward(List.of(row), cancelled, false));
        assertEquals(96, batched.forward(List.of(row), new Cancellation(), false).getFirst().length);
    }

    @Test
    void only_the_text_that_is_at_fault_fails() throws Exception {
        MadeUpTransformer unknown = new MadeUpTransformer(scratch.resolve("unknown"), EncoderShape.miniLm().small());
        String config = Files.readString(unknown.folder().resolve("config.json")).replace("\"vocab_size\"", "\"ignored\"");
        unknown.write("config.json", config.replace("\"bert\"", "\"deberta-v2\""));
        unknown.write("tokenizer.json", MadeUpTransformer.TOKENIZER.replace("\"w9\": 9", "\"w9\": 9, \"beyond\": 999"));
        function.close();
        function = unknown.open();
        CountDownLatch gate = hold();
        CompletableFuture<List<Embedding>> good = workers.embed(Role.DOCUMENT, List.of("w9"), this::lease);
        CompletableFuture<List<Embedding>> bad = workers.embed(Role.DOCUMENT, List.of("beyond"), this::lease);
        CompletableFuture<List<Embedding>> mixed = workers.embed(Role.DOCUMENT, List.of("w9", "beyond", "w7"), this::lease);
        gate.countDown();
        assertInstanceOf(Embedding.Vector.class, good.get().getFirst());
        assertInstanceOf(Embedding.Vector.class, mixed.get().getFirst());
        assertTrue(assertInstanceOf(Embedding.Refused.class, mixed.get().get(1)).reason()
                .startsWith("model [file:made-up] failed on [1] texts of up to [3] tokens: "), mixed.get().get(1).toString());
        assertInstanceOf(Embedding.Vector.class, mixed.get().get(2));
        assertInstanceOf(EmbeddingException.BrokenModel.class, assertThrows(ExecutionException.class, bad::get).getCause());
        assertEquals(1, workers.stats().documents().passes());
        awaitAllGivenBack();
    }

    @Test
    void too_many_tokens_that_wait_are_refused_and_the_setting_named() throws Exception {
        List<String> many = IntStream.range(0, 300).mapToObj(i -> MadeUpTransformer.text(100, i)).toList();
        CompletableFuture<List<Embedding>> taken = workers.embed(Role.DOCUMENT, many, this::lease);
        while (workers.stats().documents().passes() == 0)
            Thread.onSpinWait();
        Exception refused = assertThrows(ExecutionException.class,
                () -> workers.embed(Role.DOCUMENT, List.of("w9"), this::lease).get());
        assertInstanceOf(EmbeddingException.Overloaded.class, refused.getCause());
        assertTrue(refused.getCause().getMessage().contains("raise [plugins.semantic.queue_tokens]"),
                refused.getCause().getMessage());
        assertFalse(taken.isDone());
        assertInstanceOf(Embedding.Vector.class, workers.embed(Role.QUERY, List.of("w9"), this::lease).get().getFirst());
        assertEquals(300, taken.get().size());
    }

    @Test
    void closing_fails_what_waits_and_gives_the_function_back() {
        List<String> many = IntStream.range(0, 2000).mapToObj(i -> MadeUpTransformer.text(100, i)).toList();
        CompletableFuture<List<Embedding>> answer = workers.embed(Role.DOCUMENT, many, this::lease);
        while (workers.stats().documents().passes() == 0)
            Thread.onSpinWait();
        workers.close();
        Exception failure = assertThrows(ExecutionException.class, answer::get);
        assertInstanceOf(EmbeddingException.Unavailable.class, failure.getCause());
        awaitAllGivenBack();
    }

    /** Keeps the only thread busy until the latch opens, so that what comes meanwhile waits. */
    private CountDownLatch hold() {
        CountDownLatch gate = new CountDownLatch(1);
        workers.submit(Role.QUERY, 0, () -> {
            gate.await();
            return null;
        });
        return gate;
    }

    private FunctionLease lease() {
        lent.incrementAndGet();
        return new FunctionLease() {
            @Override
            public EmbeddingFunction function() {
                return function;
            }

            @Override
            public void close() {
                lent.decrementAndGet();
            }
        };
    }

    private void awaitAllGivenBack() {
        while (lent.get() != 0)
            Thread.onSpinWait();
    }
}
