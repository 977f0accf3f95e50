package io.semanticsearch.node;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Starts a node: checks first what can be checked, writes the node's folders, starts the process, and waits for its first answer.
 *
 * @param detached in a session of its own, so that the end of the caller and its terminal does not reach it
 */
record NodeLaunch(OpenSearchHome home, NodeSettings settings, Jdk jdk, boolean detached, Duration patience) {
    private static final String MAIN = "org.opensearch.bootstrap.OpenSearch";

    /** Arguments from the environment would change the node without a trace in its command line; the distribution drops them too. */
    private static final List<String> DROPPED_VARIABLES = List.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS",
            "CLASSPATH");

    NodeProcess run() throws IOException {
        NodeFolders folders = NodeFolders.of(home, settings.name());
        if (settings.data().isPresent()) folders = folders.withData(settings.data().get());
        requireNotRunning(folders);
        int httpPort = Port.resolve(settings.httpPort(), settings.name(), "HTTP");
        int transportPort = Port.resolve(settings.transportPort(), settings.name(), "transport");
        while (transportPort == httpPort)
            transportPort = Port.free();
        NodeUser user = NodeUser.ofThisProcess();
        user.requireReadable(home.root().resolve("lib"),
                "make the home in a folder that is open to all, under [/var/tmp] for example");
        user.requireReadable(jdk.java(), "use a JDK in a folder that is open to all, under [/usr/lib/jvm] for example");

        folders.make();
        new NodeConfig(settings, httpPort, transportPort, folders).write(home.config());
        folders.giveTo(user);
        folders.log().begin();

        Process process = start(user.command(java(folders)), folders);
        NodeProcess node = new NodeProcess(new NodeHandle(process.toHandle()), httpPort, folders, !detached);
        try {
            folders.pidFile().write(node.pid());
            new FirstAnswer(settings.name(), httpPort, patience).await(process, folders.log());
            return node;
        } catch (IOException | RuntimeException e) {
            node.stop();
            throw e;
        }
    }

    private void requireNotRunning(NodeFolders folders) throws IOException {
        Optional<NodeHandle> running = folders.pidFile().running();
        if (running.isPresent()) {
            throw new NodeStartException(
                    "[" + settings.name() + "] already runs from [" + home.root() + "] with process id " + running.get().pid()
                            + "; stop it first");
        }
    }

    private List<String> java(NodeFolders folders) throws IOException {
        Map<String, String> values = Map.of("heap", settings.heap(), "direct_memory",
                Long.toString(JvmOptions.directMemory(settings.heap())),
                "home", home.root().toString(), "config", folders.config().toString(), "data", folders.data().toString(), "logs",
                folders.logs().toString(), "tmp", folders.tmp().toString());
        List<String> command = new ArrayList<>(List.of(jdk.java().toString()));
        command.addAll(JvmOptions.read(home.config().resolve("jvm.options")).filledIn(values));
        command.addAll(settings.jvmArguments());
        command.addAll(List.of("-cp", home.root().resolve("lib") + File.separator + "*", MAIN));
        return command;
    }

    private Process start(List<String> command, NodeFolders folders) throws IOException {
        List<String> whole = new ArrayList<>(command);
        if (detached) whole.addFirst("setsid");
        Path log = folders.log().file();
        ProcessBuilder builder = new ProcessBuilder(whole)
                .directory(home.root().toFile())
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(log.toFile());
        builder.environment().keySet().removeAll(DROPPED_VARIABLES);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new NodeStartException("[" + settings.name() + "] cannot be started with the command " + whole
                    + "; [setsid] and [setpriv] come with the package util-linux", e);
        }
    }
}
