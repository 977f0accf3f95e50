package io.semanticsearch.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/**
 * Faults, one after the other, each mended before the next: over and over until there is no time for another. The last node of the cluster
 * is never killed, so that its memory at the end can be compared with that at the start.
 */
final class SoakFaults {
    private static final Duration BETWEEN = Duration.ofSeconds(5);
    private static final Duration SHORTEST = Duration.ofSeconds(15);
    private static final int GREEN_SECONDS = 300;

    /** Something that goes wrong. */
    private sealed interface Fault {
        /** @param awaySeconds how long the node is gone before it is started again */
        record Kill(int node, int awaySeconds) implements Fault {}

        /** Up to 30 seconds the others wait for such a node; after that they go on without it, and it has to join anew. */
        record Pause(int node, int seconds) implements Fault {}

        record ProviderDown(int seconds) implements Fault {}

        /** What OpenSearch does then: it takes no writes. The limits are raised above what the disk has. */
        record FullDisk(int seconds) implements Fault {}
    }

    private static final List<Fault> ROUND = List.of(new Fault.FullDisk(20), new Fault.Kill(0, 5), new Fault.Pause(2, 8),
            new Fault.Kill(1, 0), new Fault.ProviderDown(8), new Fault.Pause(0, 45), new Fault.Kill(1, 20), new Fault.Pause(1, 8),
            new Fault.Kill(0, 0), new Fault.Pause(2, 45));

    private final SoakCluster cluster;
    private final UnsteadyProvider provider;
    private final long began = System.nanoTime();
    private final PrintStream out;
    private int done;

    SoakFaults(SoakCluster cluster, UnsteadyProvider provider, PrintStream out) {
        this.cluster = cluster;
        this.provider = provider;
        this.out = out;
    }

    /** How many there were. */
    int done() {
        return done;
    }

    void run(long deadlineNanos) throws IOException, InterruptedException {
        provider.is(UnsteadyProvider.Mood.UNSTEADY);
        while (deadlineNanos - System.nanoTime() > SHORTEST.toNanos()) {
            bringAbout(ROUND.get(done % ROUND.size()));
            done++;
            awaitGreen();
            Thread.sleep(BETWEEN.toMillis());
        }
        Thread.sleep(Math.max(0, (deadlineNanos - System.nanoTime()) / 1_000_000));
        provider.is(UnsteadyProvider.Mood.STEADY);
    }

    private void bringAbout(Fault fault) throws IOException, InterruptedException {
        switch (fault) {
            case Fault.Kill(int node, int away) -> {
                say("kill " + cluster.name(node));
                cluster.kill(node);
                Thread.sleep(away * 1_000L);
                cluster.startAgain(node);
                say(cluster.name(node) + " answers again");
            }
            case Fault.Pause(int node, int seconds) -> {
                say("stop " + cluster.name(node) + " short for " + seconds + " s");
                cluster.pause(node);
                Thread.sleep(seconds * 1_000L);
                cluster.resume(node);
            }
            case Fault.FullDisk(int seconds) -> fillDisk(seconds);
            case Fault.ProviderDown(int seconds) -> {
                say("the provider is down for " + seconds + " s");
                provider.is(UnsteadyProvider.Mood.DOWN);
                Thread.sleep(seconds * 1_000L);
                provider.is(UnsteadyProvider.Mood.UNSTEADY);
            }
        }
    }

    private void fillDisk(int seconds) throws IOException, InterruptedException {
        try (Rest rest = new Rest(cluster.ports().getLast())) {
            watermarks(rest, "true", "\"1000000gb\"", "\"10s\"");
            awaitBlocks(rest, true);
            say("the disks are full, and nothing is written");
            Thread.sleep(seconds * 1_000L);
            watermarks(rest, "true", "\"1b\"", "\"10s\"");
            awaitBlocks(rest, false);
            watermarks(rest, "null", "null", "null");
            say("the disks have room again");
        }
    }

    /** Values as JSON: whether OpenSearch minds, how much must be free, and how often it looks. The nodes are started not minding. */
    private static void watermarks(Rest rest, String minded, String free, String interval) throws IOException {
        rest.call("PUT", "/_cluster/settings",
                """
                        {"transient": {"cluster.routing.allocation.disk": {"threshold_enabled": %s,
                           "watermark": {"low": %s, "high": %s, "flood_stage": %s}},
                         "cluster.info.update.interval": %s}}"""
                        .formatted(minded, free, free, free, interval));
    }

    private static void awaitBlocks(Rest rest, boolean wanted) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(GREEN_SECONDS).toNanos();
        while (rest.get("/_all/_settings/index.blocks.read_only_allow_delete").isEmpty() == wanted) {
            if (System.nanoTime() - deadline > 0) {
                throw new BenchmarkException(
                        "OpenSearch did not " + (wanted ? "block" : "allow") + " writes within " + GREEN_SECONDS
                                + " s of a change of its disk watermarks");
            }
            Thread.sleep(500);
        }
    }

    /** Through the node that is never killed. */
    void awaitGreen() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(GREEN_SECONDS).toNanos();
        try (Rest rest = new Rest(cluster.ports().getLast())) {
            while (true) {
                try {
                    // Long pauses leave shards that nobody tries to start any more.
                    rest.call("POST", "/_cluster/reroute?retry_failed=true&metric=none", "");
                    rest.get("/_cluster/health?wait_for_nodes=" + SoakCluster.NODES
                            + "&wait_for_status=green&wait_for_no_initializing_shards=true&timeout=10s");
                    say("green");
                    return;
                } catch (BenchmarkException | IOException e) {
                    if (System.nanoTime() - deadline > 0)
                        throw new BenchmarkException(
                                "the cluster was not green again within " + GREEN_SECONDS + " s: " + e.getMessage(), e);
                    Thread.sleep(500);
                }
            }
        }
    }

    private void say(String what) {
        out.printf("%5d s  %s%n", (System.nanoTime() - began) / 1_000_000_000, what);
    }
}
