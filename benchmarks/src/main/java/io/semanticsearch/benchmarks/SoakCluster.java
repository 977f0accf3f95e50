package io.semanticsearch.benchmarks;

import io.semanticsearch.node.JdkFinder;
import io.semanticsearch.node.NodeProcess;
import io.semanticsearch.node.NodeSettings;
import io.semanticsearch.node.OpenSearchHome;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Three nodes with the plugin, processes of their own, that can be killed, started again, stopped short and let go on. Of one thread. */
final class SoakCluster implements AutoCloseable {
    static final int NODES = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final OpenSearchHome home;
    private final List<NodeSettings> settings = new ArrayList<>();
    private final List<NodeProcess> nodes = new ArrayList<>();

    private SoakCluster(OpenSearchHome home) {
        this.home = home;
    }

    /**
     * @param command of the benchmark, which has a home of its own
     * @param heap of each node
     */
    static SoakCluster start(String command, String heap, PrintStream out) throws IOException {
        SoakCluster cluster = new SoakCluster(BenchmarkNode.homeWithPlugin(command));
        out.println("Starting " + NODES + " nodes of OpenSearch " + cluster.home.version() + " with the plugin …");
        try {
            for (NodeSettings member : NodeSettings.cluster(NODES)) {
                NodeProcess node = start(cluster.home, member.withHeap(heap));
                cluster.nodes.add(node);
                // Clients know the node by its port, which it must have again after a restart.
                cluster.settings.add(member.withHeap(heap).withHttpPort(node.httpPort()));
            }
            return cluster;
        } catch (IOException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    List<Integer> ports() {
        return settings.stream().map(NodeSettings::httpPort).toList();
    }

    String name(int node) {
        return settings.get(node).name();
    }

    long pid(int node) {
        return nodes.get(node).pid();
    }

    /** Ends the process without a chance to do anything about it. */
    void kill(int node) throws IOException {
        signal("-KILL", node);
        // Waits for its end, and removes its pid file.
        nodes.get(node).stop();
    }

    void startAgain(int node) throws IOException {
        awaitPort(settings.get(node).httpPort());
        awaitPort(settings.get(node).transportPort());
        nodes.set(node, start(home, settings.get(node)));
    }

    /** A killed process may be gone while threads of it still hold its sockets. */
    private static void awaitPort(int port) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
                return;
            } catch (BindException e) {
                if (System.nanoTime() - deadline > 0) throw e;
                LockSupport.parkNanos(100_000_000);
            }
        }
    }

    /** The clients keep the machine busy while it starts. */
    private static NodeProcess start(OpenSearchHome home, NodeSettings settings) throws IOException {
        return NodeProcess.start(home, settings, JdkFinder.find().home(), PATIENCE);
    }

    /** The process stays, with its connections, and does nothing. */
    void pause(int node) throws IOException {
        signal("-STOP", node);
    }

    void resume(int node) throws IOException {
        signal("-CONT", node);
    }

    private void signal(String signal, int node) throws IOException {
        Process kill = new ProcessBuilder("kill", signal, Long.toString(pid(node))).inheritIO().start();
        try {
            if (kill.waitFor() != 0)
                throw new BenchmarkException("[kill " + signal + "] of " + name(node) + " failed; is it running?");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("interrupted", e);
        }
    }

    @Override
    public void close() {
        for (int i = 0; i < nodes.size(); i++) {
            try {
                if (nodes.get(i).isRunning()) resume(i);
            } catch (IOException e) {
                // One that stands still is ended by force.
            }
        }
        nodes.reversed().forEach(NodeProcess::close);
    }
}
