package io.semanticsearch.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * What a piece of work took.
 *
 * @param seconds by the clock on the wall
 * @param cpuSeconds of processor time that a process spent on it; steadier where others use the machine too
 */
record Effort(double seconds, double cpuSeconds) {

    interface Work {
        void run() throws IOException;
    }

    /** @param process the one that spends the processor time; its clock has a resolution of 0.01 s */
    static Effort of(long process, Work work) throws IOException {
        double cpu = cpuSeconds(process);
        long start = System.nanoTime();
        work.run();
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Effort(seconds, cpuSeconds(process) - cpu);
    }

    static double totalCpuSeconds(List<Effort> efforts) {
        return efforts.stream().mapToDouble(Effort::cpuSeconds).sum();
    }

    private static double cpuSeconds(long process) {
        Duration spent = ProcessHandle.of(process).flatMap(handle -> handle.info().totalCpuDuration())
                .orElseThrow(() -> new BenchmarkException(
                        "process [" + process + "] has ended, or its processor time is not known here"));
        return spent.toNanos() / 1e9;
    }
}
