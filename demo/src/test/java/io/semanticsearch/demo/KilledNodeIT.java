package io.semanticsearch.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.semanticsearch.node.JdkFinder;
import io.semanticsearch.node.NodeProcess;
import io.semanticsearch.node.NodeSettings;
import io.semanticsearch.node.OpenSearchHome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The process that embeds, holds the primaries and manages the cluster is killed while documents are written through the other one. */
final class KilledNodeIT {

    private static final List<String> WORDS = List.of("bread", "moon", "tyre", "infant");
    private static final int BULK = 20;
    private static final int BULKS_BEFORE = 5;
    private static final int BULKS_AFTER = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final CountDownLatch underWay = new CountDownLatch(BULKS_BEFORE);
    private final CountDownLatch back = new CountDownLatch(1);

    @Test
    void what_was_acknowledged_is_there_with_its_vector() throws Exception {
        OpenSearchHome home = OpenSearchHome.create(Path.of("node/target/opensearch-3.8.0"), Path.of("demo/target/it/killed"));
        home.install(Demo.pluginZip());
        List<NodeSettings> members = NodeSettings.cluster(2);
        Path jdk = JdkFinder.find().home();
        NodeSettings lasting = members.get(1).with("plugins.semantic.local.enabled", "false");
        NodeProcess killed = NodeProcess.start(home, members.getFirst(), jdk);
        try (NodeProcess other = NodeProcess.start(home, lasting, jdk);
                ExecutorService client = Executors.newFixedThreadPool(1)) {
            Rest rest = new Rest(other.httpPort());
            rest.call("PUT", "/books", """
                    {"settings": {"number_of_shards": 2, "number_of_replicas": 1},
                     "mappings": {"properties": {"title": {"type": "text"},
                       "meaning": {"type": "embedding", "source_fields": "title"}}}}""");
            rest.call("GET", "/_cluster/health/books?wait_for_status=green&timeout=180s", null);
            Future<Map<String, String>> written = client.submit(() -> write(rest));
            assertTrue(underWay.await(180, TimeUnit.SECONDS));
            ProcessHandle process = ProcessHandle.of(killed.pid()).orElseThrow();
            assertTrue(process.destroyForcibly());
            process.onExit().get(30, TimeUnit.SECONDS);
            killed.close();
            killed = NodeProcess.start(home, members.getFirst(), jdk);
            rest.call("GET", "/_cluster/health/books?wait_for_status=green&timeout=180s", null);
            back.countDown();

            Map<String, String> texts = written.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            rest.call("POST", "/books/_refresh", null);
            for (Map.Entry<String, String> text : texts.entrySet()) {
                JsonNode document = rest.call("GET", "/books/_doc/" + text.getKey(), null);
                assertEquals(text.getValue(), document.at("/_source/title").asText(), document.toString());
                assertTrue(document.at("/_source/meaning").isTextual(), document.toString());
            }
            assertEquals(0, rest.call("POST", "/books/_count", """
                    {"query": {"bool": {"must_not": {"exists": {"field": "meaning"}}}}}""").path("count").asInt());
            for (String word : WORDS) {
                String best = rest.call("POST", "/books/_search", "{\"query\": {\"semantic\": {\"meaning\": \"" + word + "\"}}}")
                        .at("/hits/hits/0/_source/title").asText();
                assertTrue(best.startsWith(word), best);
            }
        } finally {
            killed.close();
        }
    }

    /** Bulks until the node is back and took some: the titles that were acknowledged, by id. */
    private Map<String, String> write(Rest rest) {
        Map<String, String> acknowledged = new TreeMap<>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        int after = 0;
        for (int number = 0; after < BULKS_AFTER; number++) {
            if (System.nanoTime() - deadline > 0) throw new AssertionError("nothing is written any more");
            boolean isBack = back.getCount() == 0;
            try {
                JsonNode answer = rest.call("POST", "/books/_bulk?timeout=5s", bulk(number));
                for (int i = 0; i < BULK; i++) {
                    JsonNode item = answer.at("/items/" + i + "/index");
                    if (item.path("status").asInt() == 201) acknowledged.put(item.path("_id").asText(), title(number * BULK + i));
                }
                if (isBack && !answer.path("errors").asBoolean()) after++;
                underWay.countDown();
            } catch (IOException | DemoException e) {
                // While it is gone there is nobody to manage the cluster, nor to embed.
            }
        }
        return acknowledged;
    }

    private static String bulk(int number) {
        StringBuilder bulk = new StringBuilder();
        for (int i = 0; i < BULK; i++) {
            int id = number * BULK + i;
            bulk.append("{\"index\": {\"_id\": \"").append(id).append("\"}}\n{\"title\": \"").append(title(id)).append("\"}\n");
        }
        return bulk.toString();
    }

    private static String title(int id) {
        return WORDS.get(id % WORDS.size()) + " number " + id;
    }
}
