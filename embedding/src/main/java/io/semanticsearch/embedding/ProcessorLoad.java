package io.semanticsearch.embedding;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

/**
 * How much the processors of this machine, or container, have to do besides the passes that run alone. Such a pass ends on several threads
 * when the last of them does, so where others want the processors too it is slower than on one. What earlier ones took is not counted:
 * of someone who asks one thing after the other no two run at a time. Safe for many threads.
 */
final class ProcessorLoad {

    private static final OperatingSystemMXBean SYSTEM = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final double IDLE = 0.5;
    // A look takes some microseconds, and a load is one of a time.
    private static final long LOOK_NANOS = Duration.ofMillis(200).toNanos();

    private final int processors;
    private final DoubleSupplier share;
    private final LongSupplier nanoTime;
    private long looked;
    private long passesNanos;
    private boolean idle;

    /** Makes a first look, which later ones compare with. */
    ProcessorLoad() {
        this(Runtime.getRuntime().availableProcessors(), SYSTEM::getCpuLoad, System::nanoTime);
    }

    /** @param share of the processors' time that was used since it was asked last, below zero where it is not known */
    ProcessorLoad(int processors, DoubleSupplier share, LongSupplier nanoTime) {
        this.processors = processors;
        this.share = share;
        this.nanoTime = nanoTime;
        this.looked = nanoTime.getAsLong();
        this.idle = isIdle(0);
    }

    /** Whether others left at least half of the processors' time unused just before. */
    synchronized boolean areIdle() {
        long elapsed = nanoTime.getAsLong() - looked;
        if (elapsed > LOOK_NANOS) {
            idle = isIdle((double) passesNanos / elapsed / processors);
            looked += elapsed;
            passesNanos = 0;
        }
        return idle;
    }

    /** A pass that ran alone took this much time of processors. */
    synchronized void passTook(long nanos) {
        passesNanos += nanos;
    }

    /** @param passes share of the processors' time that passes took since it was looked at last */
    private boolean isIdle(double passes) {
        double used = share.getAsDouble();
        return used >= 0 && used - passes < IDLE;
    }
}
