package io.semanticsearch.fuzz;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Many inputs on one target. Each has to give a result, or an exception by which the target refuses what is wrong. Anything else fails the
 * test and shows the input: another exception, an Error, a refusal without a message, an input that keeps a thread, one that takes memory
 * out of all proportion.
 *
 * @param longest not a measure of speed: what an input says must not keep a thread for minutes
 * @param mostBytes what one input may allocate, all together
 */
public record Trials(Duration longest, long mostBytes) {

    private static final com.sun.management.ThreadMXBean THREADS = (com.sun.management.ThreadMXBean) ManagementFactory
            .getThreadMXBean();
    private static final int SHOWN = 1_000;
    private static final long LOOK_MILLIS = 100;

    public Trials() {
        this(Duration.ofSeconds(20), 256L << 20);
    }

    @FunctionalInterface
    public interface Target<I> {

        void run(I input) throws Exception;
    }

    /** How many inputs were tried, and how many of them refused. */
    public record Outcome(int tried, int refused) {}

    /** The input that is being tried. */
    private record Current(int number, Object input, long start) {}

    /**
     * Tries as many inputs as wanted, on a thread of its own. Neither all nor none of them may be refused: either way little was tried.
     *
     * @param inputs how many, unless {@code -Dfuzz.inputs} says so
     * @param refusals by which exceptions the target refuses
     */
    public <I> Outcome run(int inputs, Supplier<I> input, Predicate<Throwable> refusals, Target<I> target) {
        int wanted = Mutations.inputs(inputs);
        AtomicReference<Current> current = new AtomicReference<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        int[] refused = new int[1];
        Thread thread = new Thread(() -> {
            try {
                for (int i = 0; i < wanted; i++) {
                    I made = input.get();
                    current.set(new Current(i, made, System.nanoTime()));
                    if (!accepts(i, made, refusals, target)) refused[0]++;
                }
            } catch (Throwable e) {
                failure.set(e);
            }
        }, "fuzz");
        thread.setDaemon(true);
        thread.start();
        await(thread, current);
        switch (failure.get()) {
            case null -> {
            }
            case AssertionError e -> throw e;
            case Throwable e -> throw new AssertionError("no inputs could be made", e);
        }
        if (refused[0] == 0 || refused[0] == wanted) {
            throw new AssertionError("[" + refused[0] + "] of [" + wanted + "] inputs were refused, expected some and not all");
        }
        return new Outcome(wanted, refused[0]);
    }

    private <I> boolean accepts(int number, I input, Predicate<Throwable> refusals, Target<I> target) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        boolean accepted = true;
        try {
            target.run(input);
        } catch (Throwable e) {
            if (!refusals.test(e)) throw new AssertionError(shown(number, input), e);
            if (e.getMessage() == null || e.getMessage().isBlank()) {
                throw new AssertionError(shown(number, input) + " was refused without a word", e);
            }
            accepted = false;
        }
        long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
        if (bytes > mostBytes) {
            throw new AssertionError(shown(number, input) + " took [" + bytes + "] bytes, expected at most [" + mostBytes + "]");
        }
        return accepted;
    }

    /** A thread that does not come back is left behind. */
    private void await(Thread thread, AtomicReference<Current> current) {
        try {
            while (!thread.join(Duration.ofMillis(LOOK_MILLIS))) {
                Current now = current.get();
                if (now == null || System.nanoTime() - now.start < longest.toNanos()) continue;
                String where = Arrays.stream(thread.getStackTrace()).map(frame -> "\n\tat " + frame)
                        .collect(Collectors.joining());
                throw new AssertionError(shown(now.number, now.input) + " keeps the thread:" + where);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static String shown(int number, Object input) {
        String text = input instanceof byte[] bytes
                ? HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, SHOWN / 2))
                : String.valueOf(input);
        return "input [" + number + "] " + (text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text);
    }
}
