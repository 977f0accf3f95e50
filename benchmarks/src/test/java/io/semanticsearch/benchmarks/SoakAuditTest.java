package io.semanticsearch.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.semanticsearch.benchmarks.SoakWrite.Kind;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.embedding.ModelDefinition;
import io.semanticsearch.embedding.local.LocalModels;
import io.semanticsearch.field.StoredVector;
import io.semanticsearch.field.TextHash;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every way in which a cluster can break its word, as answers of a server. */
class SoakAuditTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static EmbeddingFunction function;
    private static HttpServer server;
    private static final Deque<String> pages = new ArrayDeque<>();

    private final List<SoakRecord> records = new ArrayList<>();
    private final ObjectNode page = JSON.createObjectNode().put("_scroll_id", "s");

    @BeforeAll
    static void start() throws IOException {
        function = new LocalModels(null).open((LocalModel) ModelDefinition.of("built-in",
                Map.of("provider", "local", "model", "built-in:english-small")));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", SoakAuditTest::answer);
        server.start();
    }

    @AfterAll
    static void stop() {
        server.stop(0);
        function.close();
    }

    @Test
    void what_is_as_it_was_written_is_found() throws IOException {
        write("a", "baking bread");
        hit("a", "baking bread", vector("baking bread"), vector("baking bread"));
        SoakAudit audit = audit();
        assertEquals(1, audit.found());
        assertEquals(Map.of(), audit.lost());
        assertEquals(Map.of(), audit.stale());
        assertEquals(Map.of(), audit.doubled());
    }

    @Test
    void what_is_not_there_is_lost_unless_it_was_not_acknowledged() throws IOException {
        write("a", "baking bread");
        SoakRecord unknown = new SoakRecord("b", "books", Optional.empty());
        unknown.unknown(index("b", "phases of the moon"));
        records.add(unknown);
        assertEquals(Set.of("a"), audit().lost().keySet());
    }

    @Test
    void what_is_there_twice_is_doubled() throws IOException {
        write("a", "baking bread");
        for (int i = 0; i < 2; i++) hit("a", "baking bread", vector("baking bread"), vector("baking bread"));
        assertEquals(Set.of("a"), audit().doubled().keySet());
    }

    @Test
    void an_old_text_is_stale() throws IOException {
        write("a", "baking bread");
        hit("a", "phases of the moon", vector("phases of the moon"), vector("phases of the moon"));
        assertEquals(Set.of("a"), audit().stale().keySet());
    }

    @Test
    void a_vector_of_another_text_is_stale_in_the_source_and_in_the_index() throws IOException {
        write("a", "baking bread");
        hit("a", "baking bread", vector("phases of the moon"), vector("baking bread"));
        write("b", "baking bread");
        hit("b", "baking bread", vector("baking bread"), vector("phases of the moon"));
        write("c", "baking bread");
        hit("c", "baking bread", vector("baking bread"), null);
        write("d", "baking bread");
        hit("d", "baking bread", null, null);
        assertEquals(Set.of("a", "b", "c", "d"), audit().stale().keySet());
    }

    @Test
    void what_was_deleted_and_is_there_is_stale() throws IOException {
        write("a", "baking bread").acknowledged(
                new SoakWrite(Kind.DELETE, "a", Optional.of("a"), new SoakDocument("", "", 2)), "a");
        hit("a", "baking bread", vector("baking bread"), vector("baking bread"));
        assertEquals(Set.of("a"), audit().stale().keySet());
    }

    private SoakAudit audit() throws IOException {
        pages.clear();
        pages.add(page.toString());
        pages.add("{\"_scroll_id\": \"s\", \"hits\": {\"hits\": []}}");
        SoakAudit audit = new SoakAudit(records, function);
        try (Rest rest = new Rest(server.getAddress().getPort())) {
            audit.read(rest, "books", "_primary");
        }
        return audit;
    }

    private SoakRecord write(String key, String title) {
        SoakRecord document = new SoakRecord(key, "books", Optional.of(key));
        document.acknowledged(index(key, title), key);
        records.add(document);
        return document;
    }

    private static SoakWrite index(String key, String title) {
        return new SoakWrite(Kind.INDEX, key, Optional.of(key), new SoakDocument(title, "in short", 1));
    }

    private void hit(String key, String title, float[] stored, float[] indexed) {
        ObjectNode hit = page.withObject("/hits").withArray("hits").addObject().put("_index", "books").put("_id", key);
        ObjectNode source = hit.putObject("_source").put("key", key).put("title", title).put("body", "in short").put("revision",
                1);
        String hash = TextHash.of(title + " in short");
        if (stored != null) source.put("meaning", new StoredVector("s", StoredVector.Origin.MADE, hash, stored).encode());
        if (indexed != null) for (float x : indexed) hit.withObject("/fields").withArray("meaning").add(x);
    }

    private static float[] vector(String title) {
        return SoakAudit.vector(function.encodeDocuments(List.of(title + " in short")).getFirst());
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = pages.remove().getBytes(java.nio.charset.StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
