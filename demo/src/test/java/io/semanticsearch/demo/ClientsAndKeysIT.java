package io.semanticsearch.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.ollama.OllamaEmbeddingModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import io.semanticsearch.node.JdkFinder;
import io.semanticsearch.node.NodeProcess;
import io.semanticsearch.node.NodeSettings;
import io.semanticsearch.node.OpenSearchHome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One real node: clients of other makers get right answers from it, and the keys in its keystore stay there. */
final class ClientsAndKeysIT {

    private static final List<String> TEXTS = List.of("a flat tyre", "baking bread");
    private static final String KEY = "canary-6fz1Lx-of-the-first-key";
    private static final String NEW_KEY = "canary-0pW9qd-of-the-second-key";
    private static final String SETTING = "plugins.semantic.credential.mine.api_key";

    private static OpenSearchHome home;
    private static NodeProcess node;
    private static Path backup;

    @BeforeAll
    static void start() throws IOException {
        home = OpenSearchHome.create(Path.of("node/target/opensearch-3.8.0"), Path.of("demo/target/it/clients"));
        home.install(Demo.pluginZip());
        Keystore.write(home.root(), home.config().resolve(Keystore.FILE), Map.of(SETTING, KEY));
        backup = Files.createDirectory(home.root().resolve("backup"));
        Files.setPosixFilePermissions(backup, PosixFilePermissions.fromString("rwxrwxrwx"));
        node = NodeProcess.start(home, NodeSettings.single(0).with("plugins.semantic.credential.mine.hosts", "127.0.0.1")
                .with("path.repo", backup.toString()), JdkFinder.find().home());
    }

    @AfterAll
    static void stop() {
        if (node != null) node.close();
    }

    private static String address() {
        return "http://127.0.0.1:" + node.httpPort() + "/_plugins/_semantic";
    }

    /** What the node says itself, one vector a text. */
    private static List<float[]> expected() throws IOException {
        JsonNode answer = new Rest(node.httpPort()).call("POST", "/_plugins/_semantic/api/embed", """
                {"model": "built-in:english-small", "input": ["%s", "%s"]}""".formatted(TEXTS.get(0), TEXTS.get(1)));
        List<float[]> vectors = vectors(answer.path("embeddings"));
        assertEquals(2, vectors.size());
        return vectors;
    }

    private static List<float[]> vectors(JsonNode list) {
        List<float[]> vectors = new ArrayList<>();
        for (JsonNode row : list) {
            float[] vector = new float[row.size()];
            for (int i = 0; i < vector.length; i++) vector[i] = (float) row.get(i).asDouble();
            vectors.add(vector);
        }
        return vectors;
    }

    private static void assertVectors(String client, List<float[]> found) throws IOException {
        List<float[]> expected = expected();
        assertEquals(expected.size(), found.size(), client);
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i).length, found.get(i).length, client);
            for (int d = 0; d < expected.get(i).length; d++) assertEquals(expected.get(i)[d], found.get(i)[d], 1e-6f, client);
        }
    }

    @Test
    void langchain4j_works_with_another_base_address_only() throws IOException {
        EmbeddingModel openAi = OpenAiEmbeddingModel.builder().baseUrl(address() + "/v1").apiKey("not-used")
                .modelName("built-in:english-small").build();
        EmbeddingModel ollama = OllamaEmbeddingModel.builder().baseUrl(address()).modelName("built-in:english-small").build();
        for (EmbeddingModel model : List.of(openAi, ollama)) {
            List<float[]> found = model.embedAll(TEXTS.stream().map(TextSegment::from).toList()).content().stream()
                    .map(Embedding::vector).toList();
            assertVectors(model.getClass().getSimpleName(), found);
        }
        EmbeddingModel unknown = OpenAiEmbeddingModel.builder().baseUrl(address() + "/v1").apiKey("not-used")
                .modelName("no-such-model").maxRetries(0).build();
        Exception refused = assertThrows(Exception.class, () -> unknown.embed("a"));
        assertTrue(refused.toString().contains("unknown model [no-such-model]"), refused.toString());
    }

    @Test
    void the_clients_of_npm_work_with_another_base_address_only() throws IOException {
        Optional<NpmClients> clients = NpmClients.install(Path.of("demo/target/it/npm"));
        assumeTrue(clients.isPresent(), "skipped: there is no Node.js, or npm's registry is out of reach");
        JsonNode answers = clients.get().embed(address(), "built-in:english-small", TEXTS);
        assertVectors("ollama", vectors(answers.path("ollama")));
        assertVectors("openai", vectors(answers.path("openai")));
        assertEquals(32, vectors(answers.path("cut")).getFirst().length);
        assertTrue(answers.path("tokens").asInt() > 0, answers.path("tokens").toString());
        assertEquals("BadRequestError", answers.at("/error/kind").asText(), answers.path("error").toString());
        assertTrue(answers.at("/error/message").asText().contains("unknown model [no-such-model]"),
                answers.path("error").toString());
        String basic = "Basic " + Base64.getEncoder().encodeToString("user:password".getBytes(StandardCharsets.UTF_8));
        for (JsonNode shown : answers.path("shown")) assertEquals(basic, shown.asText());
        assertEquals(2, answers.path("shown").size());
    }

    @Test
    void keys_stay_in_the_keystore() throws IOException {
        StringBuilder answers = new StringBuilder();
        try (OpenAiServer server = new OpenAiServer()) {
            tell(answers, "PUT", "/_cluster/settings",
                    """
                            {"persistent": {"logger.io.semanticsearch": "TRACE", "logger.okhttp3": "TRACE", "logger.org.opensearch.action.ingest": "TRACE"}}""");
            // The same documents are written again and again, and each time the server is to be called.
            tell(answers, "PUT", "/_cluster/settings", "{\"persistent\": {\"plugins.semantic.ingest.look_up_vectors\": false}}");
            String definition = """
                    {"provider": "openai", "model": "tiny", "endpoint": "%s", "credential": "%s", "timeout": "3s"}""";
            tell(answers, "PUT", "/_plugins/_semantic/models/mine", definition.formatted(server.endpoint(), "mine"));
            assertEquals(KEY, server.lastKey(), "the key is shown to the server, and so the rest of this means something");
            tell(answers, "PUT", "/_plugins/_semantic/models/other", definition.formatted(server.endpoint(), "no-such"));
            tell(answers, "PUT", "/_plugins/_semantic/models/elsewhere", """
                    {"provider": "openai", "model": "tiny", "endpoint": "http://localhost:1/v1", "credential": "mine"}""");
            tell(answers, "PUT", "/keys", """
                    {"mappings": {"properties": {"title": {"type": "text"},
                      "meaning": {"type": "embedding", "model": "mine", "source_fields": "title"}}}}""");
            String bulk = """
                    {"index": {"_id": "1"}}
                    {"title": "baking bread"}
                    {"index": {"_id": "2"}}
                    {"title": "phases of the moon"}
                    """;
            tell(answers, "POST", "/keys/_bulk?refresh=true&error_trace=true", bulk);
            server.unwell(true);
            for (int i = 0; i < 10; i++) tell(answers, "POST", "/keys/_bulk?refresh=true&error_trace=true", bulk);
            server.unwell(false);
            // It repeats the key that it was shown.
            server.refusing(true);
            tell(answers, "POST", "/keys/_bulk?refresh=true&error_trace=true", bulk);
            String search = "{\"query\": {\"semantic\": {\"meaning\": \"the moon\"}}}";
            tell(answers, "POST", "/keys/_search?error_trace=true", search);
            tell(answers, "PUT", "/_plugins/_semantic/models/again?error_trace=true",
                    definition.formatted(server.endpoint(), "mine"));
            server.refusing(false);
            tell(answers, "POST", "/keys/_search?error_trace=true", search);
            tell(answers, "PUT", "/_snapshot/backup",
                    "{\"type\": \"fs\", \"settings\": {\"location\": \"%s\"}}".formatted(backup));
            tell(answers, "PUT", "/_snapshot/backup/all?wait_for_completion=true", "{\"include_global_state\": true}");

            Keystore.write(home.root(), node.config().resolve(Keystore.FILE), Map.of(SETTING, NEW_KEY));
            tell(answers, "POST", "/_nodes/reload_secure_settings", "{\"secure_settings_password\": \"\"}");
            tell(answers, "POST", "/keys/_bulk?refresh=true&error_trace=true", bulk);
            assertEquals(NEW_KEY, server.lastKey(), "the new key is in use");
        }
        // A server that is gone.
        tell(answers, "POST", "/keys/_search?error_trace=true", "{\"query\": {\"semantic\": {\"meaning\": \"the sun\"}}}");
        for (String path : List.of("/_plugins/_semantic/models", "/_plugins/_semantic/models/mine", "/_plugins/_semantic/stats",
                "/_cat/semantic_models?format=json", "/_nodes?human", "/_nodes/stats", "/_nodes/hot_threads?threads=10000",
                "/_cluster/state", "/_cluster/settings?include_defaults=true&flat_settings=true", "/_cluster/stats",
                "/_tasks?detailed",
                "/_snapshot/backup/_all", "/keys/_search?_source=true", "/keys/_settings", "/keys/_mapping")) {
            tell(answers, "GET", path, null);
        }
        String all = answers.toString();
        assertTrue(all.contains("Incorrect API key provided"), "the server's refusal was told");
        assertTrue(all.contains("\"credential\":\"mine\""), "definitions were told");
        assertTrue(!filesWith("phases of the moon").isEmpty(), "what the node keeps is found");
        for (String key : List.of(KEY, NEW_KEY)) {
            for (String form : List.of(key, Base64.getEncoder().encodeToString(key.getBytes(StandardCharsets.UTF_8)))) {
                assertTrue(!all.contains(form), "an answer tells the key");
                assertEquals(List.of(), filesWith(form));
            }
        }
    }

    /** Sends a request and keeps what came of it, be it an answer or an error. */
    private static void tell(StringBuilder answers, String method, String path, String body) throws IOException {
        answers.append(method).append(' ').append(path).append('\n');
        try {
            answers.append(new Rest(node.httpPort()).text(method, path, body));
        } catch (DemoException e) {
            answers.append(e.getMessage());
        }
        answers.append('\n');
    }

    /** What of all that the node wrote or was given has these bytes. */
    private static List<Path> filesWith(String text) throws IOException {
        byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
        List<Path> found = new ArrayList<>();
        for (String part : List.of("config", "data", "logs", "nodes", "backup")) {
            try (Stream<Path> all = Files.walk(home.root().resolve(part))) {
                for (Path file : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                    if (!file.endsWith(Keystore.FILE) && holds(Files.readAllBytes(file), wanted)) found.add(file);
                }
            }
        }
        return found;
    }

    private static boolean holds(byte[] bytes, byte[] wanted) {
        return new String(bytes, StandardCharsets.ISO_8859_1).contains(new String(wanted, StandardCharsets.ISO_8859_1));
    }
}
