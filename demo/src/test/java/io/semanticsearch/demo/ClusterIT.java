package io.semanticsearch.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.semanticsearch.node.JdkFinder;
import io.semanticsearch.node.NodeProcess;
import io.semanticsearch.node.NodeSettings;
import io.semanticsearch.node.OpenSearchHome;
import io.semanticsearch.onnx.graph.ColourModel;
import io.semanticsearch.onnx.graph.EncoderShape;
import io.semanticsearch.onnx.graph.MadeUpTokenizer;
import io.semanticsearch.onnx.graph.RandomEncoder;
import io.semanticsearch.onnx.graph.RandomWeights;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A cluster of two real processes, of which one runs no models: index and search through either, before and after a full restart. One class,
 * although it is long, because each would start two processes of its own.
 */
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
        ColourModel.CLIP.write(home.config().resolve("semantic-search/models/colours"));
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
                    {"index": {"_id": "bread-%s"}}
                    {"title": "baking bread in the oven"}
                    {"index": {"_id": "moon-%s"}}
                    {"title": "phases of the moon"}
                    """.formatted(i, i));
            assertEquals(false, indexed.path("errors").asBoolean(), indexed.toString());
        }
        for (int i = 0; i < 2; i++) assertTrue(best(i, "restarted", "how to make a loaf").startsWith("bread"));
        stop();
        startNodes();
        rest(0).call("GET", "/_cluster/health/restarted?wait_for_status=green&timeout=180s", null);
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
    void pictures_are_decoded_under_the_agent() throws IOException {
        rest(1).call("PUT", "/_plugins/_semantic/models/colours", """
                {"provider": "local", "model": "file:colours"}""");
        rest(1).call("PUT", "/_ingest/pipeline/pictures",
                """
                        {"processors": [{"embed": {"model": "colours", "fields": {"meaning": {"source": "photo", "type": "image"}}}}]}""");
        rest(1).call("PUT", "/album",
                """
                        {"settings": {"index.default_pipeline": "pictures"},
                         "mappings": {"properties": {"photo": {"type": "binary"}, "meaning": {"type": "embedding", "model": "colours"}}}}""");
        rest(1).call("PUT", "/album/_doc/red", "{\"photo\": \"%s\"}".formatted(picture(Color.RED, "jpg")));
        rest(0).call("PUT", "/album/_doc/blue?refresh=true", "{\"photo\": \"%s\"}".formatted(picture(Color.BLUE, "png")));
        for (int node = 0; node < 2; node++) {
            assertEquals("red", best(node, "album", "a red square"));
            assertEquals("blue", best(node, "album", "blue"));
        }
        JsonNode found = rest(1).call("POST", "/album/_search", "{\"query\": {\"semantic\": {\"meaning\": {\"image\": \"%s\"}}}}"
                .formatted(picture(Color.BLUE, "jpg")));
        assertEquals("blue", found.at("/hits/hits/0/_id").asText());
    }

    private static String picture(Color colour, String format) throws IOException {
        BufferedImage image = new BufferedImage(300, 200, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 200; y++) for (int x = 0; x < 300; x++) image.setRGB(x, y, colour.getRGB());
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        assertTrue(ImageIO.write(image, format, file));
        return Base64.getEncoder().encodeToString(file.toByteArray());
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
            bulk.append("{\"index\": {\"_id\": \"%s\"}}\n{\"title\": \"w%s w%s w%s\"}\n".formatted(i, 5 + i, 6 + i * 2,
                    110 + i % 100));
        }
        JsonNode indexed = rest(1).call("POST", "/made-up/_bulk?refresh=true", bulk.toString());
        assertEquals(false, indexed.path("errors").asBoolean(), indexed.toString());
        assertEquals("7", best(1, "made-up", "w12 w20 w117"));
        assertEquals("55", best(0, "made-up", "w60 w116 w165"));
    }

    @Test
    void texts_are_embedded_in_the_shapes_of_ollama_and_openai() throws IOException {
        String body = """
                {"model": "built-in:english-small", "input": ["a flat tyre", "baking bread"]%s}""";
        JsonNode ollama = rest(1).call("POST", "/_plugins/_semantic/api/embed", body.formatted(""));
        JsonNode openAi = rest(0).call("POST", "/_plugins/_semantic/v1/embeddings", body.formatted(""));
        JsonNode base64 = rest(1).call("POST", "/_plugins/_semantic/v1/embeddings",
                body.formatted(", \"encoding_format\": \"base64\", \"dimensions\": 64"));
        assertEquals("list", openAi.path("object").asText());
        assertEquals(ollama.path("prompt_eval_count").asInt(), openAi.at("/usage/total_tokens").asInt());
        for (int i = 0; i < 2; i++) {
            assertEquals(i, openAi.at("/data/" + i + "/index").asInt());
            assertEquals(ollama.at("/embeddings/" + i), openAi.at("/data/" + i + "/embedding"));
            FloatBuffer floats = ByteBuffer.wrap(Base64.getDecoder().decode(base64.at("/data/" + i + "/embedding").asText()))
                    .order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
            assertEquals(64, floats.remaining());
            double norm = 0;
            while (floats.hasRemaining())
                norm += Math.pow(floats.get(), 2);
            assertEquals(1, norm, 1e-4);
        }
        DemoException refused = assertThrows(DemoException.class,
                () -> rest(0).call("POST", "/_plugins/_semantic/v1/embeddings", "{}"));
        assertTrue(refused.getMessage().contains("400: {\"error\":{\"message\":\"[input] is missing"), refused.getMessage());
    }

    @Test
    void a_remote_model_survives_a_server_that_is_unwell() throws Exception {
        try (OpenAiServer server = new OpenAiServer()) {
            JsonNode defined = rest(1).call("PUT", "/_plugins/_semantic/models/remote", """
                    {"provider": "openai", "model": "tiny", "endpoint": "%s", "timeout": "20s"}""".formatted(server.endpoint()));
            assertEquals(16, defined.path("dimension").asInt(), defined.toString());
            rest(1).call("PUT", "/remote", """
                    {"mappings": {"properties": {"title": {"type": "text"},
                      "meaning": {"type": "embedding", "model": "remote", "source_fields": "title"}}}}""");
            server.unwell(true);
            int before = server.texts();
            for (int part = 0; part < 10; part++) {
                StringBuilder bulk = new StringBuilder();
                for (int i = part * 20; i < part * 20 + 20; i++) {
                    String word = List.of("bread", "moon", "tyre", "infant").get(i % 4);
                    bulk.append("{\"index\": {\"_id\": \"%s-%s\"}}\n{\"title\": \"%s number %s\"}\n".formatted(word, i, word, i));
                }
                JsonNode indexed = rest(part % 2).call("POST", "/remote/_bulk?refresh=true", bulk.toString());
                assertEquals(false, indexed.path("errors").asBoolean(), indexed.toString());
            }
            assertEquals(200, rest(0).call("GET", "/remote/_count", null).path("count").asInt(), "none is lost or there twice");
            assertEquals(200, server.texts() - before, "none was embedded twice");
            server.unwell(false);
            int calls = server.calls();
            try (ExecutorService clients = Executors.newFixedThreadPool(16)) {
                List<Future<String>> found = new ArrayList<>();
                for (int i = 0; i < 200; i++) found.add(clients.submit(() -> best(0, "remote", "the moon at night")));
                for (Future<String> id : found) assertTrue(id.get().startsWith("moon"), id.get());
            }
            assertEquals(calls + 1, server.calls(), "equal questions share a call");
            JsonNode stats = rest(1).call("GET", "/_plugins/_semantic/stats", null);
            assertTrue(stats.findPath("retries").asInt() > 0, stats.toString());
            assertEquals("closed", stats.findPath("breaker").asText());
        }
        JsonNode failed = rest(1).call("POST", "/remote/_bulk", """
                {"index": {"_id": "late"}}
                {"title": "snow in spring"}
                {"index": {"_id": "words"}}
                {"views": 1}
                """);
        assertEquals(true, failed.path("errors").asBoolean());
        assertTrue(failed.at("/items/0/index/status").asInt() >= 500, failed.toString());
        assertTrue(failed.at("/items/0/index/error/reason").asText().contains("tiny"), failed.toString());
        assertEquals(201, failed.at("/items/1/index/status").asInt(), failed.toString());
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
