package io.semanticsearch.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.semanticsearch.node.JdkFinder;
import io.semanticsearch.node.NodeProcess;
import io.semanticsearch.node.NodeSettings;
import io.semanticsearch.node.OpenSearchHome;
import io.semanticsearch.onnx.graph.EncoderShape;
import io.semanticsearch.onnx.graph.MadeUpTokenizer;
import io.semanticsearch.onnx.graph.RandomEncoder;
import io.semanticsearch.onnx.graph.RandomWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A cluster of two real processes, of which one runs no models: index and search through either, before and after a full restart. */
final class ClusterIT {

    private static final Path MODEL = Path.of(System.getProperty("semantic.data"), "models", "potion-base-2M");

    private static FolderHub hub;
    private static OpenSearchHome home;
    private static List<NodeSettings> settings;
    private static final List<NodeProcess> nodes = new ArrayList<>();

    @BeforeAll
    static void start() throws IOException {
        home = OpenSearchHome.create(Path.of("node/target/opensearch-3.8.0"), Path.of("demo/target/it/cluster"));
        home.install(Demo.pluginZip());
        if (Files.isDirectory(MODEL)) copy(MODEL, home.config().resolve("semantic-search/models/potion"));
        Path transformer = RandomEncoder.write(RandomWeights.of(EncoderShape.miniLm().small(), 5),
                home.config().resolve("semantic-search/models/made-up"));
        Files.writeString(transformer.resolve("tokenizer.json"), MadeUpTokenizer.JSON);
        hub = new FolderHub(transformer);
        List<NodeSettings> members = NodeSettings.cluster(2).stream()
                .map(member -> member.with("plugins.semantic.hub.endpoint", hub.endpoint())).toList();
        settings = List.of(members.get(0), members.get(1).with("plugins.semantic.local.enabled", "false"));
        startNodes();
    }

    private static void startNodes() throws IOException {
        for (NodeSettings member : settings) nodes.add(NodeProcess.start(home, member, JdkFinder.find().home()));
    }

    @AfterAll
    static void stopAll() {
        stop();
        hub.close();
    }

    private static void stop() {
        nodes.reversed().forEach(NodeProcess::close);
        nodes.clear();
    }

    private static Rest rest(int node) {
        return new Rest(nodes.get(node).httpPort());
    }

    @Test
    void models_and_vectors_survive_a_full_restart() throws IOException {
        rest(1).call("PUT", "/_plugins/_semantic/models/small", """
                {"provider": "local", "model": "built-in:english-small", "dimensions": 64}""");
        rest(1).call("PUT", "/restarted", """
                {"settings": {"number_of_shards": 2, "number_of_replicas": 1},
                 "mappings": {"properties": {"title": {"type": "text"},
                   "meaning": {"type": "embedding", "model": "small", "source_fields": "title"}}}}""");
        for (int i = 0; i < 2; i++) {
            JsonNode indexed = rest(i).call("POST", "/restarted/_bulk?refresh=true", """
                    {"index": {"_id": "bread-%d"}}
                    {"title": "baking bread in the oven"}
                    {"index": {"_id": "moon-%d"}}
                    {"title": "phases of the moon"}
                    """.formatted(i, i));
            assertEquals(false, indexed.path("errors").asBoolean(), indexed.toString());
        }
        for (int i = 0; i < 2; i++) assertTrue(best(i, "restarted", "how to make a loaf").startsWith("bread"));
        stop();
        startNodes();
        rest(0).call("GET", "/_cluster/health/restarted?wait_for_status=green&timeout=60s", null);
        for (int i = 0; i < 2; i++) {
            assertTrue(best(i, "restarted", "how to make a loaf").startsWith("bread"));
            assertEquals(64, rest(i).call("GET", "/_plugins/_semantic/models/small", null).path("dimension").asInt());
        }
        rest(1).call("PUT", "/restarted/_doc/new?refresh=true", "{\"title\": \"driving in snow\"}");
        assertEquals("new", best(0, "restarted", "steering an automobile on ice"));
    }

    @Test
    void a_model_from_a_folder_serves_nodes_that_run_none() throws IOException {
        assumeTrue(Files.isDirectory(MODEL), "skipped: there is no model in " + MODEL);
        JsonNode defined = rest(1).call("PUT", "/_plugins/_semantic/models/potion", """
                {"provider": "local", "model": "file:potion"}""");
        assertEquals(64, defined.path("dimension").asInt());
        assertEquals(1, defined.path("nodes").size(), "proved on the node that runs models");
        rest(1).call("PUT", "/potion", """
                {"mappings": {"properties": {"title": {"type": "text"},
                  "meaning": {"type": "embedding", "model": "potion", "source_fields": "title"}}}}""");
        rest(1).call("PUT", "/potion/_doc/moon?refresh=true", "{\"title\": \"phases of the moon\"}");
        assertEquals("moon", best(1, "potion", "lunar"));
    }

    @Test
    void a_transformer_runs_in_native_code_under_the_agent() throws IOException {
        JsonNode defined = rest(1).call("PUT", "/_plugins/_semantic/models/made-up", """
                {"provider": "local", "model": "file:made-up"}""");
        assertEquals("int8", defined.path("precision").asText(), defined.toString());
        assertEquals(96, defined.path("dimension").asInt());
        rest(1).call("PUT", "/made-up", """
                {"mappings": {"properties": {"title": {"type": "text"},
                  "meaning": {"type": "embedding", "model": "made-up", "source_fields": "title"}}}}""");
        StringBuilder bulk = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            bulk.append("{\"index\": {\"_id\": \"%d\"}}\n{\"title\": \"w%d w%d w%d\"}\n".formatted(i, 5 + i, 6 + i * 2,
                    110 + i % 100));
        }
        JsonNode indexed = rest(1).call("POST", "/made-up/_bulk?refresh=true", bulk.toString());
        assertEquals(false, indexed.path("errors").asBoolean(), indexed.toString());
        assertEquals("7", best(1, "made-up", "w12 w20 w117"));
        assertEquals("55", best(0, "made-up", "w60 w116 w165"));
    }

    @Test
    void a_model_is_fetched_by_name_once() throws IOException {
        JsonNode defined = rest(1).call("PUT", "/_plugins/_semantic/models/fetched", """
                {"provider": "local", "model": "hf:%s"}""".formatted(FolderHub.REPOSITORY));
        assertEquals("int8", defined.path("precision").asText(), defined.toString());
        int requests = hub.requests();
        assertTrue(requests > 3, "the list and the files");
        JsonNode embedded = rest(1).call("POST", "/_plugins/_semantic/api/embed", """
                {"model": "fetched", "input": ["w9 w10"]}""");
        assertEquals(96, embedded.at("/embeddings/0").size(), embedded.toString());
        rest(1).call("PUT", "/_plugins/_semantic/models/again", """
                {"provider": "local", "model": "hf:%s@main", "precision": "fp32"}""".formatted(FolderHub.REPOSITORY));
        assertEquals(requests, hub.requests(), "what is here is not asked for again");
        assertEquals(defined.path("space"), rest(0).call("GET", "/_plugins/_semantic/models/again", null).path("space"));
    }

    @Test
    void nodes_run_without_privileges_under_the_agent() throws IOException {
        for (NodeProcess node : nodes) {
            Path status = Path.of("/proc", Long.toString(node.pid()), "status");
            assumeTrue(Files.exists(status), "skipped: no /proc here");
            List<String> lines = Files.readAllLines(status);
            assertNotEquals("0", value(lines, "Uid:"));
            assertEquals("2", value(lines, "Seccomp:"), "system calls are filtered");
            String log = Files.readString(node.log());
            assertTrue(log.contains("loaded plugin [semantic-search]"), log);
            assertTrue(
                    log.lines().noneMatch(
                            line -> line.contains("[ERROR]") || line.contains("semanticsearch") && line.contains("Exception")),
                    log);
        }
    }

    private static String value(List<String> status, String key) {
        return status.stream().filter(line -> line.startsWith(key)).findFirst().orElseThrow().split("\\s+")[1];
    }

    private static String best(int node, String index, String question) throws IOException {
        return rest(node)
                .call("POST", "/" + index + "/_search", "{\"query\": {\"semantic\": {\"meaning\": \"" + question + "\"}}}")
                .at("/hits/hits/0/_id").asText();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                Path copy = to.resolve(from.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }
}
