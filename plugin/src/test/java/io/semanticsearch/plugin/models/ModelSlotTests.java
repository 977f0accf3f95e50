package io.semanticsearch.plugin.models;

import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.local.LocalModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.tests.mockfile.FilterPath;
import org.junit.After;
import org.junit.Before;
import org.opensearch.test.OpenSearchTestCase;

/** Slots that share a memory budget, with real models in real files. */
public class ModelSlotTests extends OpenSearchTestCase {

    private static final int ROWS = 10_000;

    private final List<ModelSlot> slots = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Path models;
    private long bytes;
    private MemoryBudget budget;

    @Before
    public void makeBudget() {
        // Lucene's file systems for tests cannot map files.
        models = FilterPath.unwrap(createTempDir());
        bytes = StaticModelFolder.write(models, "size", ROWS).bytes();
        // Two and a half.
        budget = new MemoryBudget(bytes * 5 / 2, slots);
    }

    @After
    public void closeAll() throws InterruptedException {
        threads.shutdown();
        assertTrue(threads.awaitTermination(30, TimeUnit.SECONDS));
        slots.forEach(ModelSlot::retire);
        assertEquals("bytes that nobody gave back", 0, budget.used());
    }

    private ModelSlot slot(String name, Object... fields) {
        return slot(StaticModelFolder.write(models, name, ROWS).define(fields));
    }

    private ModelSlot slot(Model model) {
        ModelSlot slot = new ModelSlot(model, new ModelLoader(model, new LocalModels(models), budget));
        slots.add(slot);
        return slot;
    }

    private static Object state(ModelSlot slot) {
        return slot.stats().map(stats -> stats.get("state")).orElse("none");
    }

    private static void use(ModelSlot slot) {
        assertEquals(1, slot.use(function -> function.encodeQueries(List.of("red"))).size());
    }

    /** A call that lasts until it is ended. */
    private final class LastingCall implements AutoCloseable {

        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(1);
        private final Future<?> call;

        LastingCall(ModelSlot slot) {
            call = threads.submit(() -> slot.use(function -> {
                begun.countDown();
                await(ended);
                return function.encodeQueries(List.of("red")).size();
            }));
            await(begun);
        }

        @Override
        public void close() {
            ended.countDown();
            try {
                assertEquals("the model works until the call ends", 1, call.get(30, TimeUnit.SECONDS));
            } catch (InterruptedException | ExecutionException | TimeoutException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    public void testTheLeastRecentlyUsedModelMakesRoom() {
        ModelSlot a = slot("a");
        ModelSlot b = slot("b");
        ModelSlot c = slot("c");
        use(a);
        use(b);
        use(a);
        assertEquals(2 * bytes, budget.used());
        use(c);
        assertEquals(List.of("loaded", "none", "loaded"), List.of(state(a), state(b), state(c)));
        assertEquals(2 * bytes, budget.used());
        use(b);
        assertEquals(List.of("none", "loaded", "loaded"), List.of(state(a), state(b), state(c)));
    }

    public void testAModelInUseIsNotUnloadedForAnother() throws Exception {
        ModelSlot a = slot("a");
        ModelSlot b = slot("b");
        ModelSlot c = slot("c");
        try (LastingCall _ = new LastingCall(a)) {
            use(b);
            use(c);
            assertEquals(List.of("loaded", "none", "loaded"), List.of(state(a), state(b), state(c)));
            try (LastingCall _ = new LastingCall(c)) {
                Exception refused = expectThrows(EmbeddingException.Overloaded.class, () -> use(b));
                assertEquals("model [b] needs [156.3kb] of memory on this node; [plugins.semantic.local.memory] is [390.8kb], of"
                        + " which [312.6kb] are taken by [model [a]: 156.3kb, model [c]: 156.3kb] and [0b] of those are unused and"
                        + " may be unloaded; raise the setting, try again when fewer models are in use, or give models that are"
                        + " kept for ever another [keep_alive]", refused.getMessage());
                assertEquals("failed", state(b));
            }
        }
        // What was refused for lack of memory is not held against it.
        use(b);
    }

    public void testAModelThatIsKeptForEverIsNotUnloadedForAnother() {
        ModelSlot a = slot("a", "keep_alive", -1);
        ModelSlot b = slot("b", "keep_alive", "-1");
        ModelSlot c = slot("c");
        use(a);
        use(b);
        expectThrows(EmbeddingException.Overloaded.class, () -> use(c));
        a.unloadIfIdle();
        assertTrue(a.unload());
        use(c);
        assertEquals(List.of("none", "loaded", "loaded"), List.of(state(a), state(b), state(c)));
    }

    public void testNothingIsUnloadedForAModelThatCannotFit() {
        ModelSlot a = slot("a");
        ModelSlot b = slot("b");
        ModelSlot large = slot(StaticModelFolder.write(models, "large", 3 * ROWS).define());
        use(a);
        use(b);
        expectThrows(EmbeddingException.Overloaded.class, () -> use(large));
        assertEquals(List.of("loaded", "loaded"), List.of(state(a), state(b)));
    }

    public void testWhatIsBeyondALoweredBoundIsTrimmed() throws Exception {
        ModelSlot a = slot("a");
        ModelSlot b = slot("b");
        use(a);
        use(b);
        try (LastingCall _ = new LastingCall(a)) {
            budget.setLimit(bytes / 2);
            budget.trim();
            assertEquals(List.of("loaded", "none"), List.of(state(a), state(b)));
        }
        budget.trim();
        assertEquals(0, budget.used());
    }

    public void testTwoLoadsAtATimeDoNotShareTheLastRoom() throws Exception {
        budget.setLimit(bytes * 3 / 2);
        ModelSlot a = slot("a");
        ModelSlot b = slot("b");
        for (int round = 0; round < 50; round++) {
            CyclicBarrier start = new CyclicBarrier(2);
            CountDownLatch refused = new CountDownLatch(1);
            AtomicInteger loaded = new AtomicInteger();
            List<Future<?>> both = List.of(a, b).stream().<Future<?>>map(slot -> threads.submit(() -> {
                start.await(30, TimeUnit.SECONDS);
                try {
                    slot.use(function -> {
                        loaded.incrementAndGet();
                        // In use until the other one was refused.
                        await(refused);
                        return null;
                    });
                } catch (EmbeddingException.Overloaded e) {
                    refused.countDown();
                }
                return null;
            })).toList();
            for (Future<?> one : both) one.get(60, TimeUnit.SECONDS);
            assertEquals("round " + round, 1, loaded.get());
            a.unload();
            b.unload();
            assertEquals(0, budget.used());
        }
    }

    public void testCallersOfOneSlotShareOneLoad() throws Exception {
        ModelSlot a = slot("a");
        CyclicBarrier start = new CyclicBarrier(8);
        CountDownLatch all = new CountDownLatch(8);
        List<Future<EmbeddingFunction>> calls = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 8; i++) {
            calls.add(threads.submit(() -> {
                start.await(30, TimeUnit.SECONDS);
                return a.use(function -> {
                    all.countDown();
                    await(all);
                    return function;
                });
            }));
        }
        EmbeddingFunction first = calls.getFirst().get(30, TimeUnit.SECONDS);
        for (Future<EmbeddingFunction> call : calls) assertSame(first, call.get(30, TimeUnit.SECONDS));
        assertEquals(1L, a.stats().orElseThrow().get("loads"));
        assertEquals(bytes, budget.used());
    }

    public void testAFailedLoadTakesNothingAndIsTriedAgainAfterAWhile() throws IOException {
        ModelSlot a = slot("a");
        Path weights = models.resolve("a/model.safetensors");
        byte[] whole = Files.readAllBytes(weights);
        // Its size can still be told, so that memory is reserved when the load fails.
        Files.write(weights, new byte[1000]);
        Exception broken = expectThrows(EmbeddingException.Unavailable.class, () -> use(a));
        assertEquals(0, budget.used());
        assertEquals("failed", state(a));
        assertEquals(broken.getMessage(), a.stats().orElseThrow().get("error"));
        Files.write(weights, whole);
        assertSame("the files are not read again", broken, expectThrows(EmbeddingException.class, () -> use(a)));
        a.forgetFailure();
        use(a);
        assertEquals("loaded", state(a));
        assertEquals(bytes, budget.used());
    }

    public void testOtherFilesThanThoseOfTheDefinitionAreRefused() {
        ModelSlot a = slot("a");
        StaticModelFolder.write(models, "a", ROWS + 1);
        Exception other = expectThrows(EmbeddingException.Unavailable.class, () -> use(a));
        assertTrue(other.getMessage(), other.getMessage().startsWith("model [a]: its files on this node are not those that"));
        assertEquals(0, budget.used());
    }

    public void testAModelThatIsLetGoWorksUntilItsLastCallEnded() throws Exception {
        ModelSlot a = slot("a", "keep_alive", -1);
        try (LastingCall _ = new LastingCall(a)) {
            try (LastingCall _ = new LastingCall(a)) {
                assertTrue(a.unload());
            }
            assertEquals("loaded", state(a));
        }
        assertEquals("none", state(a));
        assertFalse(a.unload());
        try (LastingCall _ = new LastingCall(a)) {
            a.retire();
            assertEquals("loaded", state(a));
            assertFalse(a.isOver());
        }
        assertTrue(a.isOver());
    }

    /** A quarter of a gigabyte to hash: while that goes on, everything else goes on. */
    public void testALoadBlocksNeitherStatisticsNorOtherLoads() throws Exception {
        budget.setLimit(1L << 30);
        ModelSlot slow = slot(StaticModelFolder.write(models, "large", 1 << 24).define("keep_alive", -1));
        ModelSlot fast = slot("fast");
        Future<?> load = threads.submit(() -> use(slow));
        while (!state(slow).equals("loading"))
            assertFalse("seen only when done", load.isDone());
        use(fast);
        int rounds = 0;
        while (state(slow).equals("loading")) {
            slow.unloadIfIdle();
            slow.evict();
            budget.trim();
            // Its memory is reserved while it is loaded.
            if (budget.used() > 1 << 28) rounds++;
        }
        load.get(30, TimeUnit.SECONDS);
        assertTrue("everything else was done [" + rounds + "] times meanwhile", rounds > 10);
        Map<String, Object> stats = slow.stats().orElseThrow();
        assertEquals("fp32", stats.get("precision"));
        assertEquals("cpu", stats.get("device"));
        assertEquals(0, stats.get("running"));
    }
}
