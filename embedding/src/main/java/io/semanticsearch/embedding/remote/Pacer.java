package io.semanticsearch.embedding.remote;

import io.semanticsearch.embedding.RemoteModel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * When calls of one model may start: no more calls and tokens in any minute than its definition allows, and none before the server wants
 * to hear from us again. Calls keep their order. Safe for many threads.
 */
final class Pacer {

    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final Timers timers;
    private final Window calls;
    private final Window tokens;
    private long notBefore;

    Pacer(RemoteModel model, Timers timers) {
        this.timers = timers;
        this.calls = new Window(model.bounds().requestsPerMinute());
        this.tokens = new Window(model.bounds().tokensPerMinute());
        this.notBefore = timers.nanoTime();
    }

    /**
     * Takes the next place.
     *
     * @param amount tokens of the call; more than may be sent in a minute count as all of them
     * @return how long to wait, empty when it is longer than {@code most}: then no place is taken
     */
    synchronized Optional<Duration> reserve(long amount, Duration most) {
        long now = timers.nanoTime();
        long start = latest(now, latest(notBefore, latest(calls.start(now, 1), tokens.start(now, amount))));
        if (start - now > most.toNanos()) return Optional.empty();
        calls.add(start, 1);
        tokens.add(start, amount);
        // Who comes later starts later, or a large call would never get its turn.
        notBefore = start;
        return Optional.of(Duration.ofNanos(start - now));
    }

    /** Lets none start for so long. */
    synchronized void pause(Duration time) {
        notBefore = latest(notBefore, timers.nanoTime() + time.toNanos());
    }

    private static long latest(long a, long b) {
        return a - b >= 0 ? a : b;
    }

    /** What was started in the last minute, and what will be. */
    private static final class Window {

        private record Start(long nanos, long amount) {}

        private final OptionalInt most;
        private final Deque<Start> starts = new ArrayDeque<>();
        private long sum;

        Window(OptionalInt most) {
            this.most = most;
        }

        /** The first moment at which so much more fits. Starts only grow, so what has to have passed by then never counts again. */
        long start(long now, long amount) {
            if (most.isEmpty()) return now;
            long start = now;
            long left = sum;
            for (Start earlier : starts) {
                if (left + Math.min(amount, most.getAsInt()) <= most.getAsInt() && earlier.nanos + MINUTE - now > 0) break;
                start = latest(start, earlier.nanos + MINUTE);
                left -= earlier.amount;
            }
            return start;
        }

        void add(long start, long amount) {
            if (most.isEmpty()) return;
            while (!starts.isEmpty() && start - starts.peek().nanos >= MINUTE) {
                sum -= starts.poll().amount;
            }
            long counted = Math.min(amount, most.getAsInt());
            starts.add(new Start(start, counted));
            sum += counted;
        }
    }
}
