package io.semanticsearch.onnx;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class DeadlineWatchTest {

    private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(100);

    private final DeadlineWatch watch = new DeadlineWatch(PATIENCE);

    @Test
    void its_thread_lives_while_there_are_deadlines_and_a_little_longer() throws Exception {
        assertFalse(watch.isWatched());
        Cancellation far = Cancellation.after(Duration.ofHours(1));
        watch.add(far);
        assertTrue(watch.isWatched());
        TimeUnit.NANOSECONDS.sleep(2 * PATIENCE);
        assertTrue(watch.isWatched());
        watch.remove(far);
        await(() -> !watch.isWatched());
        watch.add(Cancellation.after(Duration.ofMillis(1)));
        assertTrue(watch.isWatched());
        await(() -> !watch.isWatched());
    }

    @Test
    void a_nearer_deadline_that_comes_later_is_not_late() throws Exception {
        Cancellation far = Cancellation.after(Duration.ofHours(1));
        Cancellation near = Cancellation.after(Duration.ofMillis(20));
        watch.add(far);
        watch.add(near);
        await(near::isCancelled);
        assertFalse(far.isCancelled());
        watch.remove(far);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            Thread.sleep(1);
        }
    }
}
