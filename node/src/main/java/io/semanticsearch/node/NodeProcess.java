package io.semanticsearch.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A node of OpenSearch in a process of its own, which has answered over HTTP. Thread-safe.
 *
 * <p>Who starts a node closes it; a node that was not started detached also ends with the JVM that started it. Started by root, it
 * runs as an unprivileged user.
 */
public final class NodeProcess implements AutoCloseable {
    private static final Duration START_PATIENCE = Duration.ofSeconds(120);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(30);
    private static final Pattern HTTP_PORT = Pattern.compile("(?m)^http\\.port: \"(\\d+)\"");

    private final NodeHandle handle;
    private final int httpPort;
    private final NodeFolders folders;
    private final Optional<Thread> stopAtExit;

    NodeProcess(NodeHandle handle, int httpPort, NodeFolders folders, boolean endsWithThisJvm) {
        this.handle = handle;
        this.httpPort = httpPort;
        this.folders = folders;
        this.stopAtExit = endsWithThisJvm
                ? Optional.of(new Thread(() -> handle.end(STOP_PATIENCE), "stop-node"))
                : Optional.empty();
        stopAtExit.ifPresent(Runtime.getRuntime()::addShutdownHook);
    }

    /**
     * Starts a node and returns once it answers.
     *
     * @throws NodeStartException if it was not started, ended, or does not answer within two minutes; nothing runs then
     */
    public static NodeProcess start(OpenSearchHome home, NodeSettings settings, Path jdk) throws IOException {
        return start(home, settings, jdk, START_PATIENCE);
    }

    public static NodeProcess start(OpenSearchHome home, NodeSettings settings, Path jdk, Duration patience) throws IOException {
        return new NodeLaunch(home, settings, new Jdk(jdk), false, patience).run();
    }

    /** Starts a node that goes on when this JVM ends; {@link #running} finds it again. */
    public static NodeProcess startDetached(OpenSearchHome home, NodeSettings settings, Path jdk) throws IOException {
        return new NodeLaunch(home, settings, new Jdk(jdk), true, START_PATIENCE).run();
    }

    /** The node of this name if it runs from the home, whoever started it. */
    public static Optional<NodeProcess> running(OpenSearchHome home, String name) throws IOException {
        NodeFolders folders = NodeFolders.of(home, name);
        Optional<NodeHandle> handle = folders.pidFile().running();
        if (handle.isEmpty()) return Optional.empty();
        Path yml = folders.config().resolve("opensearch.yml");
        Matcher port = HTTP_PORT.matcher(Files.readString(yml));
        if (!port.find()) throw new IOException("[" + yml + "] of the running node [" + name + "] has no [http.port]");
        return Optional.of(new NodeProcess(handle.get(), Integer.parseInt(port.group(1)), folders, false));
    }

    public int httpPort() {
        return httpPort;
    }

    public long pid() {
        return handle.pid();
    }

    public boolean isRunning() {
        return handle.isRunning();
    }

    /** The log, which also has what the JVM writes to standard output and error. */
    public Path log() {
        return folders.log().file();
    }

    /** The config folder of this node alone; written anew at each start. */
    public Path config() {
        return folders.config();
    }

    /** Asks the node to end, and ends it by force after half a minute. Does nothing if it has ended. */
    public void stop() {
        boolean ended = handle.end(STOP_PATIENCE);
        stopAtExit.ifPresent(NodeProcess::forget);
        if (!ended)
            throw new IllegalStateException(
                    "process " + handle.pid() + " did not end, not even by force; its log is [" + log() + "]");
        try {
            folders.pidFile().remove();
        } catch (IOException e) {
            throw new IllegalStateException("the node has ended, but its pid file could not be removed: " + e.getMessage(), e);
        }
    }

    /** Stops the node. */
    @Override
    public void close() {
        stop();
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the JVM is ending, and the hook runs or has run
        }
    }
}
