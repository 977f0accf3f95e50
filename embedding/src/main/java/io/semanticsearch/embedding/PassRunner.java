package io.semanticsearch.embedding;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** Runs passes on the thread of the caller; has others help with a query that is alone while the processors are idle. Safe for many threads. */
final class PassRunner {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final ProcessorLoad processors;

    PassRunner(ProcessorLoad processors) {
        this.processors = processors;
    }

    /** Every request of the pass has its vectors then, or the failure. */
    void run(RunningPass pass) {
        try {
            if (pass.alone) {
                runAlone(pass);
            } else {
                ForwardPasses.run(pass.function(), pass.rows, pass.cancellation, false);
            }
        } catch (Throwable e) {
            ForwardPasses.fail(pass.rows, e);
        }
    }

    private void runAlone(RunningPass pass) {
        boolean onSeveral = processors.areIdle();
        int threads = onSeveral ? pass.function().threadsAlone() : 1;
        long before = THREADS.getCurrentThreadCpuTime();
        try {
            ForwardPasses.run(pass.function(), pass.rows, pass.cancellation, onSeveral);
        } finally {
            // The others run in circles for as long as this one works, and who has to wait for a processor takes no time of one.
            processors.passTook(threads * (THREADS.getCurrentThreadCpuTime() - before));
        }
    }
}
