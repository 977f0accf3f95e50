package io.semanticsearch.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.semanticsearch.node.JdkFinder;
import io.semanticsearch.node.NodeProcess;
import io.semanticsearch.node.NodeSettings;
import io.semanticsearch.node.OpenSearchHome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every request that the docs show is sent to a real node with the real zip, under the real Java agent. */
final class DocsIT {

    private static NodeProcess node;

    @BeforeAll
    static void start() throws IOException {
        OpenSearchHome home = OpenSearchHome.create(Path.of("node/target/opensearch-3.8.0"), Path.of("demo/target/it/docs"));
        home.install(Demo.pluginZip());
        node = NodeProcess.start(home, NodeSettings.single(0), JdkFinder.find().home());
    }

    @AfterAll
    static void stop() {
        if (node != null) node.close();
    }

    @Test
    void the_requests_of_the_readme_and_the_user_guide_work() throws IOException {
        Rest rest = new Rest(node.httpPort());
        for (String page : List.of("README.md", "docs/user-guide.md")) {
            List<HttpCall> calls = HttpCall.in(Files.readString(Path.of(page)));
            assertTrue(calls.size() >= 3, page + " shows requests");
            JsonNode first = null;
            for (HttpCall call : calls) {
                JsonNode answer = rest.call(call.method(), call.path(), call.body().isEmpty() ? null : call.body());
                if (call.path().contains("_bulk")) assertFalse(answer.path("errors").asBoolean(), answer.toString());
                if (call.path().endsWith("/_doc/1")) rest.call("POST", "/_refresh", null);
                if (first == null && call.path().endsWith("/_search")) {
                    first = answer;
                    String title = answer.at("/hits/hits/0/_source/title").asText();
                    assertEquals("mending a flat inner tube", title.toLowerCase(java.util.Locale.ROOT),
                            page + ": the first answer");
                    assertTrue(answer.at("/hits/hits/0/_source/meaning").isMissingNode(), "no vector in " + answer);
                }
            }
            rest.call("DELETE", "/books", null);
        }
    }
}
