package io.semanticsearch.embedding;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * How much the processors of this machine, or container, have to do. A pass on several threads ends when the last of them does, so where
 * others want the processors too it is slower than on one. Safe for many threads.
 */
final class ProcessorLoad {

    private static final OperatingSystemMXBean SYSTEM = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final double IDLE = 0.5;
    // A look takes some microseconds, and a load is one of a time.
    private static final long LOOK_NANOS = Duration.ofMillis(200).toNanos();

    private long looked;
    private boolean idle;

    /** Makes a first look, which later ones compare with. */
    ProcessorLoad() {
        look();
    }

    /** Whether at least half of them had nothing to do just before. */
    synchronized boolean areIdle() {
        if (System.nanoTime() - looked > LOOK_NANOS) look();
        return idle;
    }

    private void look() {
        double load = SYSTEM.getCpuLoad();
        // Below zero where it is not known.
        idle = load >= 0 && load < IDLE;
        looked = System.nanoTime();
    }
}
