package io.semanticsearch.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.semanticsearch.node.JdkFinder;
import io.semanticsearch.node.NodeProcess;
import io.semanticsearch.node.NodeSettings;
import io.semanticsearch.node.NodeStartException;
import io.semanticsearch.node.OpenSearchHome;
import io.semanticsearch.node.PluginRefusedException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Starts a node with the plugin, indexes a corpus, asks questions by meaning and by keyword, and leaves the node running. */
public final class Demo {

    private static final String NODE = "node-1";
    private static final Path HOME = Path.of(".demo", "opensearch");
    private static final Path CORPUS = Path.of("demo", "corpus");
    private static final String BUILT_IN = "built-in:english-small";

    private final DemoOptions options;
    private final PrintStream out;

    Demo(DemoOptions options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    /** Run from the root of the repository, as {@code demo/run} does. */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        if (List.of(arguments).contains("--help")) {
            out.print(DemoOptions.USAGE);
            return;
        }
        try {
            DemoOptions options = DemoOptions.parse(arguments);
            Demo demo = new Demo(options, out);
            if (options.stop()) {
                demo.stop();
            } else {
                demo.run();
            }
        } catch (DemoException | NodeStartException | PluginRefusedException | IllegalStateException e) {
            System.err.println("demo: " + e.getMessage());
            System.exit(1);
        }
    }

    void stop() throws IOException {
        Optional<NodeProcess> running = running();
        if (running.isEmpty()) {
            out.println("No node of the demo is running.");
            return;
        }
        running.get().stop();
        out.println("The node of the demo has stopped.");
    }

    static Optional<NodeProcess> running() throws IOException {
        return Files.exists(HOME.resolve(".opensearch-home"))
                ? NodeProcess.running(OpenSearchHome.open(HOME), NODE)
                : Optional.empty();
    }

    void run() throws IOException {
        long start = System.nanoTime();
        Corpus corpus = Corpus.read(options.corpus().orElse(CORPUS.resolve("everyday.jsonl")));
        Optional<NodeProcess> earlier = running();
        if (earlier.isPresent()) {
            out.println("Stopping the node of an earlier run …");
            earlier.get().stop();
        }
        OpenSearchHome home = OpenSearchHome.create(Path.of("node", "target", "opensearch-3.8.0"), HOME);
        home.install(pluginZip());
        if (options.model().isPresent()) copyModel(options.model().get(), home);
        out.println("Starting OpenSearch 3.8.0 with the plugin on port " + options.port() + " …");
        NodeProcess node = NodeProcess.startDetached(home, NodeSettings.single(options.port()), JdkFinder.find().home());
        DemoIndex index = new DemoIndex(new Rest(node.httpPort()), out);
        String model = BUILT_IN;
        if (options.model().isPresent()) {
            model = "demo";
            index.define(model, options.model().get());
        }
        index.create(model);
        index.fill(corpus);
        for (String question : questions()) ask(index, question);
        out.printf("%nFrom start to here: %.0f s.%n", (System.nanoTime() - start) / 1e9);
        goOn(node, model);
    }

    private List<String> questions() throws IOException {
        if (!options.questions().isEmpty() || options.corpus().isPresent()) return options.questions();
        List<String> questions = new ArrayList<>();
        JsonNode file = new ObjectMapper().readTree(CORPUS.resolve("questions.json").toFile());
        for (JsonNode entry : file.path("demo")) questions.add(entry.path("question").asText());
        return questions;
    }

    private void ask(DemoIndex index, String question) throws IOException {
        DemoIndex.Found meaning = index.byMeaning(question);
        DemoIndex.Found keyword = index.byKeyword(question);
        out.printf("%n» %s%n", question);
        out.printf("  %-52s %s%n", "by meaning (" + meaning.millis() + " ms)", "by keyword (" + keyword.millis() + " ms)");
        for (int i = 0; i < 3; i++) out.printf("  %-52s %s%n", line(meaning, i), line(keyword, i));
    }

    private static String line(DemoIndex.Found found, int i) {
        if (i < found.hits().size()) {
            DemoIndex.Hit hit = found.hits().get(i);
            return "%s. %-42s %.2f".formatted(i + 1, hit.title(), hit.score());
        }
        return i == 0 ? "nothing" : "";
    }

    private void goOn(NodeProcess node, String model) {
        out.printf("""

                The node goes on running (process %s, log %s). Try:

                  curl -s 'localhost:%s/%s/_search?pretty' -H 'Content-Type: application/json' -d '
                  {"query": {"semantic": {"meaning": "your question here"}}}'

                  curl -s 'localhost:%s/_plugins/_semantic/api/embed' -H 'Content-Type: application/json' -d '
                  {"model": "%s", "input": "any text", "input_type": "query"}'

                  demo/run --stop
                """, node.pid(), node.log(), node.httpPort(), DemoIndex.NAME, node.httpPort(), model);
    }

    static Path pluginZip() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("plugin", "target"))) {
            return files.filter(file -> file.getFileName().toString().matches("semantic-search-.*\\.zip"))
                    .findFirst()
                    .orElseThrow(
                            () -> new DemoException("plugin/target holds no semantic-search zip; run demo/run, which builds it"));
        }
    }

    private static void copyModel(Path folder, OpenSearchHome home) throws IOException {
        Path target = home.config().resolve("semantic-search").resolve("models").resolve(folder.getFileName());
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path copy = target.resolve(folder.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
    }
}
