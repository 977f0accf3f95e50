package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import io.semanticsearch.node.JdkFinder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The memory of a node at one moment, just after its garbage was collected.
 *
 * @param rssMb all of the process that is in memory, in megabytes of 1,048,576 bytes, the heap included
 * @param anonMb of that, what is not mapped from files
 * @param heapMb used of the Java heap
 */
record ProcessMemory(double rssMb, double anonMb, double heapMb) {
    private static final double MB = 1 << 20;

    /** OpenSearch reads the figures of the JVM at most once a second. */
    private static final int STATS_AGE_MILLIS = 1_200;

    static ProcessMemory of(BenchmarkNode node) throws IOException {
        collectGarbage(node.pid());
        List<String> status = status(node.pid());
        try {
            Thread.sleep(STATS_AGE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("interrupted", e);
        }
        JsonNode nodes = node.rest().get("/_nodes/_local/stats/jvm").path("nodes");
        double heap = nodes.elements().next().path("jvm").path("mem").path("heap_used_in_bytes").asDouble() / MB;
        return new ProcessMemory(megabytes(status, "VmRSS"), megabytes(status, "RssAnon"), heap);
    }

    /**
     * A process, just after its garbage was collected.
     *
     * @param rssMb all that is in memory
     * @param anonMb of that, what is not mapped from files
     */
    record Resident(double rssMb, double anonMb) {

        static Resident afterCollection(long pid) throws IOException {
            collectGarbage(pid);
            List<String> status = status(pid);
            return new Resident(megabytes(status, "VmRSS"), megabytes(status, "RssAnon"));
        }
    }

    /** All of a process that is in memory now. */
    static double residentMb(long pid) throws IOException {
        return megabytes(status(pid), "VmRSS");
    }

    /** The node's memory without OpenSearch being asked for its heap. */
    static double residentMbAfterCollection(BenchmarkNode node) throws IOException {
        collectGarbage(node.pid());
        return residentMb(node.pid());
    }

    private static List<String> status(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"));
    }

    /** Without it the figures would show when the JVM last collected rather than what the node holds. */
    private static void collectGarbage(long pid) throws IOException {
        Path jcmd = JdkFinder.find().home().resolve("bin/jcmd");
        Process process = new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.run").redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (process.waitFor() == 0) return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("interrupted", e);
        }
        throw new BenchmarkException("[" + jcmd + " " + pid + " GC.run] failed: " + said);
    }

    private static double megabytes(List<String> status, String name) {
        String line = status.stream().filter(l -> l.startsWith(name + ":")).findFirst()
                .orElseThrow(() -> new BenchmarkException("the process has no [" + name + "]; memory is measured on Linux"));
        String number = line.substring(name.length() + 1).toLowerCase(Locale.ROOT).replace("kb", "").strip();
        return Long.parseLong(number) * 1024 / MB;
    }
}
