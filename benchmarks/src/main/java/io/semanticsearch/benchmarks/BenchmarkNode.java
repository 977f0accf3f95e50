package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import io.semanticsearch.node.JdkFinder;
import io.semanticsearch.node.NodeProcess;
import io.semanticsearch.node.NodeSettings;
import io.semanticsearch.node.OpenSearchHome;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A real node with the plugin, started from a fresh home and stopped when closed. */
final class BenchmarkNode implements AutoCloseable {
    private static final Path TARGET = Path.of("benchmarks", "target");
    private static final Path ASSEMBLED = Path.of("node", "target", "opensearch-3.8.0");
    private static final Path PLUGIN = Path.of("plugin", "target");

    private final OpenSearchHome home;
    private final NodeProcess process;
    private final Rest rest;

    private BenchmarkNode(OpenSearchHome home, NodeProcess process) {
        this.home = home;
        this.process = process;
        this.rest = new Rest(process.httpPort());
    }

    /** @param command of the benchmark; each has its own home, so that two may run at a time, if not with good figures */
    static BenchmarkNode start(String command, NodeChoice choice, PrintStream out) throws IOException {
        OpenSearchHome home = homeWithPlugin(command);
        choice.model().copyTo(home);
        out.println("Starting OpenSearch " + home.version() + " with the plugin, model [" + choice.model().name() + "] …");
        BenchmarkNode node = start(home, choice);
        try {
            choice.model().define(node.rest);
            return node;
        } catch (IOException | RuntimeException e) {
            node.close();
            throw e;
        }
    }

    /** The same node without the plugin. */
    static BenchmarkNode startBare(String command, NodeChoice choice, PrintStream out) throws IOException {
        OpenSearchHome home = home(command);
        out.println("Starting OpenSearch " + home.version() + " without the plugin …");
        return start(home, choice);
    }

    /** A fresh home, from which nodes start with the plugin. */
    static OpenSearchHome homeWithPlugin(String command) throws IOException {
        OpenSearchHome home = home(command);
        home.install(pluginZip());
        return home;
    }

    private static OpenSearchHome home(String command) throws IOException {
        return OpenSearchHome.create(ASSEMBLED, TARGET.resolve("home-" + command));
    }

    private static BenchmarkNode start(OpenSearchHome home, NodeChoice choice) throws IOException {
        return new BenchmarkNode(home, NodeProcess.start(home, choice.settings(), JdkFinder.find().home()));
    }

    OpenSearchHome home() {
        return home;
    }

    Rest rest() {
        return rest;
    }

    long pid() {
        return process.pid();
    }

    /** Searches whose text was already embedded, since the node started. */
    long queryCacheHits() throws IOException {
        long hits = 0;
        for (JsonNode node : rest.get("/_plugins/_semantic/stats").path("nodes")) {
            hits += node.path("query_cache").path("hits").asLong();
        }
        return hits;
    }

    @Override
    public void close() {
        rest.close();
        process.stop();
    }

    private static Path pluginZip() throws IOException {
        if (Files.isDirectory(PLUGIN)) {
            try (Stream<Path> files = Files.list(PLUGIN)) {
                List<Path> zips = files.filter(file -> file.getFileName().toString().matches("semantic-search-.*\\.zip"))
                        .toList();
                if (!zips.isEmpty()) return zips.getFirst();
            }
        }
        throw new BenchmarkException(
                "[" + PLUGIN.toAbsolutePath() + "] holds no semantic-search zip; run benchmarks/run, which builds it");
    }

    /** What every command lets its user choose. */
    record NodeChoice(MeasuredModel model, NodeSettings settings) {
        static final List<String> OPTIONS = List.of(MeasuredModel.OPTION, "--heap");

        static NodeChoice of(CommandLine options) {
            try {
                return new NodeChoice(MeasuredModel.of(options), NodeSettings.single(0).withHeap(options.text("--heap", "1g")));
            } catch (IllegalArgumentException e) {
                throw new BenchmarkException(e.getMessage(), e);
            }
        }

        NodeChoice with(String setting, String value) {
            return new NodeChoice(model, settings.with(setting, value));
        }
    }
}
