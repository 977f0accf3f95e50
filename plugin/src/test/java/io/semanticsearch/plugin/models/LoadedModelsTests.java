package io.semanticsearch.plugin.models;

import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.EmbeddingRequest;
import io.semanticsearch.embedding.EmbeddingWorkers;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.embedding.QueueBounds;
import io.semanticsearch.embedding.Role;
import io.semanticsearch.embedding.local.LocalModels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.lucene.tests.mockfile.FilterPath;
import org.junit.After;
import org.junit.Before;
import org.opensearch.test.OpenSearchTestCase;

/** The models of a node, with real workers and real models. */
public class LoadedModelsTests extends OpenSearchTestCase {

    private static final int ROWS = 2_000;
    private static final Optional<Duration> AS_DEFINED = Optional.empty();

    private Path models;
    private long bytes;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private static final QueueBounds QUEUE = new QueueBounds(1 << 30, 1 << 30);

    private EmbeddingWorkers workers;
    private LoadedModels loaded;

    @Before
    public void start() {
        // Lucene's file systems for tests cannot map files.
        models = FilterPath.unwrap(createTempDir());
        bytes = StaticModelFolder.write(models, "size", ROWS).bytes();
        workers = new EmbeddingWorkers(4, 0, QUEUE);
        loaded = new LoadedModels(new LocalModels(models), workers, bytes * 5 / 2);
    }

    @After
    public void stop() throws InterruptedException {
        threads.shutdown();
        assertTrue(threads.awaitTermination(60, TimeUnit.SECONDS));
        workers.close();
        loaded.close();
        assertEquals("bytes that nobody gave back", 0L, used());
    }

    private Model model(String name, Object... fields) {
        return StaticModelFolder.write(models, name, ROWS).define(fields);
    }

    private long used() {
        return (long) loaded.memory().get("used_bytes");
    }

    private void embed(Model model, int texts, Optional<Duration> keepAlive) {
        List<Embedding> rows = loaded.run(model, red(model, texts, keepAlive)).join();
        assertEquals(texts, rows.size());
        for (Embedding row : rows) assertTrue(row.toString(), row instanceof Embedding.Vector);
    }

    private static EmbeddingRequest red(Model model, int texts, Optional<Duration> keepAlive) {
        return new EmbeddingRequest(model.id(), Optional.empty(), Role.DOCUMENT, Collections.nCopies(texts, "red"), List.of(),
                keepAlive);
    }

    private Object stat(String id, String key) {
        return ((Map<?, ?>) loaded.stats().get(id)).get(key);
    }

    public void testAModelOfNoKeepAliveStaysForAWholeRequestAndNoLonger() {
        Model brief = model("brief", "keep_alive", 0);
        workers.close();
        // One thread, so that nothing uses the model between two batches.
        workers = new EmbeddingWorkers(1, 0, QUEUE);
        loaded = new LoadedModels(new LocalModels(models), workers, bytes);
        embed(brief, 1000, AS_DEFINED);
        assertEquals(Map.of(), loaded.stats());
        assertEquals(0L, used());
        embed(brief, 1000, Optional.of(Duration.ofMinutes(1)));
        assertEquals("once for each request", 2L, stat("brief", "loads"));
    }

    public void testARequestSaysHowLongTheModelStaysUntilItIsUnloaded() {
        Model model = model("m", "keep_alive", "0s");
        embed(model, 1, Optional.of(Duration.ofSeconds(-1)));
        assertEquals("-1", stat("m", "keep_alive"));
        embed(model, 1, AS_DEFINED);
        loaded.unloadIdle();
        assertEquals("a request that says nothing changes nothing", "-1", stat("m", "keep_alive"));
        assertTrue(loaded.unload("m"));
        embed(model, 1, AS_DEFINED);
        assertEquals("the definition holds again", Map.of(), loaded.stats());
        Model kept = model("kept", "keep_alive", -1);
        embed(kept, 1, AS_DEFINED);
        embed(kept, 1, Optional.of(Duration.ZERO));
        assertEquals(Map.of(), loaded.stats());
    }

    public void testAShortQueryWaitsForNoThreadOnceTheModelIsThere() throws Exception {
        Model model = model("m", "keep_alive", "0s");
        EmbeddingRequest query = new EmbeddingRequest(model.id(), Optional.empty(), Role.QUERY, List.of("red"), List.of(),
                AS_DEFINED);
        EmbeddingRequest longQuery = new EmbeddingRequest(model.id(), Optional.empty(), Role.QUERY, List.of("red ".repeat(1000)),
                List.of(), AS_DEFINED);
        workers.close();
        workers = new EmbeddingWorkers(1, 0, QUEUE);
        loaded = new LoadedModels(new LocalModels(models), workers, bytes);
        CountDownLatch gate = new CountDownLatch(1);
        CompletableFuture<Boolean> held = workers.submit(Role.QUERY, 0, () -> gate.await(60, TimeUnit.SECONDS));
        CompletableFuture<List<Embedding>> first = loaded.run(model, query);
        assertFalse("it is loaded on the thread, which is busy", first.isDone());
        gate.countDown();
        assertTrue(held.get());
        assertTrue(first.join().getFirst() instanceof Embedding.Vector);
        embed(model, 1, Optional.of(Duration.ofMinutes(1)));

        CountDownLatch gateAgain = new CountDownLatch(1);
        CompletableFuture<Boolean> heldAgain = workers.submit(Role.QUERY, 0, () -> gateAgain.await(60, TimeUnit.SECONDS));
        long completed = workers.stats().queries().completed();
        CompletableFuture<List<Embedding>> here = loaded.run(model, query);
        assertTrue(here.isDone());
        assertArrayEquals(((Embedding.Vector) first.join().getFirst()).values(),
                ((Embedding.Vector) here.join().getFirst()).values(), 0);
        assertEquals(completed + 1, workers.stats().queries().completed());
        CompletableFuture<List<Embedding>> longer = loaded.run(model, longQuery);
        CompletableFuture<List<Embedding>> document = loaded.run(model, red(model, 1, AS_DEFINED));
        assertFalse(longer.isDone());
        assertFalse(document.isDone());
        assertEquals("what waits holds nothing", 0, stat("m", "running"));
        gateAgain.countDown();
        assertTrue(heldAgain.get());
        assertEquals(1, longer.join().size());
        assertEquals(1, document.join().size());
    }

    public void testAnIdleModelIsLetGoAndOneThatIsKeptIsNot() throws InterruptedException {
        embed(model("brief", "keep_alive", "1ms"), 1, AS_DEFINED);
        embed(model("kept", "keep_alive", -1), 1, AS_DEFINED);
        TimeUnit.MILLISECONDS.sleep(5);
        loaded.unloadIdle();
        assertEquals(List.of("kept"), List.copyOf(loaded.stats().keySet()));
        assertEquals(bytes, used());
    }

    public void testLoadingTellsWhatItTook() {
        Map<String, Object> stats = loaded.load(model("m")).join();
        assertEquals("loaded", stats.get("state"));
        assertEquals(bytes, stats.get("memory_bytes"));
        assertTrue(stats.get("load_ms").toString(), (long) stats.get("load_ms") >= 0);
    }

    public void testAProbeTakesItsShareOfTheBudgetAndGivesItBack() {
        embed(model("a", "keep_alive", -1), 1, AS_DEFINED);
        embed(model("b", "keep_alive", -1), 1, AS_DEFINED);
        LocalModel third = (LocalModel) model("c").definition();
        Exception refused = expectThrows(CompletionException.class, () -> loaded.probe("probed", third).join());
        assertTrue(refused.toString(), refused.getCause() instanceof EmbeddingException.Overloaded);
        loaded.unload("a");
        assertEquals(4, loaded.probe("probed", third).join().dimension());
        assertEquals(bytes, used());
    }

    public void testWhatIsDefinedAnewServesItsLastRequestsAndIsGone() throws Exception {
        Model first = model("m", "keep_alive", -1);
        Model second = model("m", "keep_alive", -1, "dimensions", 2);
        AtomicReference<Model> defined = new AtomicReference<>(first);
        AtomicBoolean stop = new AtomicBoolean();
        Semaphore answered = new Semaphore(0);
        List<Future<?>> requests = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            requests.add(threads.submit(() -> {
                while (!stop.get()) {
                    Model model = defined.get();
                    List<Embedding> rows = loaded.run(model, red(model, 200, AS_DEFINED)).join();
                    for (Embedding row : rows) {
                        assertEquals(model.facts().dimension(), ((Embedding.Vector) row).values().length);
                    }
                    answered.release();
                }
                return null;
            }));
        }
        try {
            for (int round = 0; round < 200; round++) {
                defined.set(round % 2 == 0 ? second : first);
                loaded.retain(() -> List.of(defined.get()));
                assertTrue("requests are answered", answered.tryAcquire(3, 30, TimeUnit.SECONDS));
            }
        } finally {
            stop.set(true);
        }
        for (Future<?> request : requests) request.get(60, TimeUnit.SECONDS);
        // A request that was on its way when its definition went may have loaded it once more.
        loaded.retain(() -> List.of(defined.get()));
        embed(defined.get(), 1, AS_DEFINED);
        assertEquals(bytes, used());
        assertEquals("-1", stat("m", "keep_alive"));
        loaded.retain(List::of);
        assertEquals(0L, used());
    }

    public void testManyThreadsOnATinyBudgetMeetNothingButItsRefusal() throws Exception {
        List<Model> all = List.of(model("a"), model("b", "keep_alive", 0), model("c", "keep_alive", -1),
                model("d", "keep_alive", "1ms"), model("e"), model("f", "dimensions", 2));
        long budget = bytes * 5 / 2;
        AtomicInteger embedded = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        long seed = randomLong();
        List<Future<?>> results = new ArrayList<>();
        for (int t = 0; t < 16; t++) {
            Random random = new Random(seed + t);
            results.add(threads.submit(() -> {
                for (int i = 0; i < 300; i++) {
                    Model model = all.get(random.nextInt(all.size()));
                    try {
                        switch (random.nextInt(8)) {
                            case 0 -> loaded.load(model).join();
                            case 1 -> loaded.unload(model.id());
                            case 2 -> loaded.unloadIdle();
                            case 3 -> loaded.retain(() -> all.subList(0, 1 + random.nextInt(all.size())));
                            case 4 -> loaded.probe("probed", (LocalModel) model.definition()).join();
                            default -> {
                                Optional<Duration> keep = random.nextInt(4) > 0
                                        ? AS_DEFINED
                                        : Optional.of(Duration.ofMillis(random.nextInt(3) - 1));
                                embed(model, 1 + random.nextInt(200), keep);
                                embedded.incrementAndGet();
                            }
                        }
                    } catch (CompletionException e) {
                        if (!(e.getCause() instanceof EmbeddingException.Overloaded)) throw e;
                        refused.incrementAndGet();
                    }
                    assertTrue("[" + used() + "] bytes are used", used() <= budget);
                    assertTrue(loaded.stats().size() <= all.size());
                }
                return null;
            }));
        }
        for (Future<?> result : results) result.get(120, TimeUnit.SECONDS);
        assertTrue("embedded " + embedded + ", refused " + refused, embedded.get() > 100 && refused.get() > 0);
        logger.info("embedded [{}] requests, refused [{}]", embedded, refused);
        // Nothing is stuck: each works again.
        loaded.retain(() -> all);
        for (Model model : all) {
            for (Model other : all) loaded.unload(other.id());
            embed(model, 100, AS_DEFINED);
        }
        for (Model model : all) loaded.unload(model.id());
        assertEquals(0L, used());
    }

    public void testARequestThatFailsHoldsNothing() {
        Model model = model("m", "keep_alive", 0);
        workers.setBounds(new QueueBounds(1, 1));
        List<CompletableFuture<List<Embedding>>> many = new ArrayList<>();
        for (int i = 0; i < 50; i++) many.add(loaded.run(model, red(model, 500, AS_DEFINED)));
        long failed = many.stream().filter(request -> {
            try {
                request.join();
                return false;
            } catch (CompletionException e) {
                return true;
            }
        }).count();
        assertTrue("some found the queue full", failed > 0);
        workers.setBounds(QUEUE);
        embed(model, 1, AS_DEFINED);
        workers.close();
        assertEquals(0L, used());
    }
}
