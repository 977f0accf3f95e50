package io.semanticsearch.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A single node with a plugin installed; one start for all tests. */
final class NodeIT {
    private static OpenSearchHome home;
    private static NodeProcess node;
    private static Rest rest;

    @BeforeAll
    static void start() throws IOException {
        home = Assembled.copy("single");
        home.install(new ProbePluginZip(home, Assembled.work()).write());
        node = NodeProcess.start(home, NodeSettings.single(0), JdkFinder.find().home());
        rest = new Rest(node);
    }

    @AfterAll
    static void stop() {
        if (node == null) return;
        rest.close();
        node.close();
        assertFalse(node.isRunning());
    }

    @Test
    void answers_with_its_name_and_version() throws Exception {
        String answer = rest.get("/");

        assertTrue(answer.contains("\"name\" : \"node-1\""), answer);
        assertTrue(answer.contains("\"number\" : \"3.8.0\""), answer);
    }

    @Test
    void indexes_a_document_and_finds_it() throws Exception {
        rest.send("PUT", "/books/_doc/1?refresh=true", "{\"title\": \"The Sea, the Sea\"}");

        String found = rest.send("POST", "/books/_search", "{\"query\": {\"match\": {\"title\": \"sea\"}}}");

        assertTrue(found.contains("\"_id\":\"1\""), found);
    }

    @Test
    void runs_processors_and_scripts_at_ingest() throws Exception {
        rest.send("PUT", "/_ingest/pipeline/both", """
                {"processors": [
                  {"set": {"field": "language", "value": "en"}},
                  {"script": {"source": "ctx.length = ctx.title.length()"}}
                ]}
                """);
        rest.send("PUT", "/ingested/_doc/1?pipeline=both&refresh=true", "{\"title\": \"Sea\"}");

        String document = rest.get("/ingested/_source/1");

        assertTrue(document.contains("\"language\":\"en\""), document);
        assertTrue(document.contains("\"length\":3"), document);
    }

    @Test
    void loads_the_installed_plugin_and_all_modules() throws Exception {
        assertEquals("node-1 probe 0.1.0\n", rest.get("/_cat/plugins"));
        String modules = rest.get("/_nodes/plugins?filter_path=nodes.*.modules.name");
        try (Stream<Path> folders = Files.list(home.root().resolve("modules"))) {
            for (Path module : folders.toList()) assertTrue(modules.contains("\"" + module.getFileName() + "\""), modules);
        }
    }

    @Test
    void the_agent_keeps_the_plugin_from_files_outside_of_the_node() throws IOException {
        List<String> lines = Files.readAllLines(node.log()).stream().filter(line -> line.contains("reading outside of the node"))
                .toList();

        assertEquals(1, lines.size());
        assertTrue(lines.getFirst().endsWith("reading outside of the node is denied"), lines.getFirst());
    }

    @Test
    void every_thread_is_under_seccomp() throws IOException {
        Path tasks = Path.of("/proc/" + node.pid() + "/task");
        assumeTrue(Files.isDirectory(tasks), "seccomp is of Linux");
        try (Stream<Path> threads = Files.list(tasks)) {
            for (Path thread : threads.toList()) {
                // a thread may end in the meantime
                if (Files.exists(thread)) assertEquals("2", status(thread, "Seccomp"), () -> "thread " + thread);
            }
        }
    }

    @Test
    void a_node_of_root_runs_as_a_user_without_rights() throws IOException {
        assumeTrue(NodeUser.ofThisProcess() instanceof NodeUser.Unprivileged, "not run by root");
        Path process = Path.of("/proc/" + node.pid());

        assertEquals("12345\t12345\t12345\t12345", status(process, "Uid"));
        assertEquals("12345\t12345\t12345\t12345", status(process, "Gid"));
        assertEquals("", status(process, "Groups"));
        assertEquals("0000000000000000", status(process, "CapEff"));
        assertEquals("1", status(process, "NoNewPrivs"));
    }

    @Test
    void writes_only_into_its_own_folders() throws IOException {
        assertEquals(home.root().resolve("logs/node-1/node.log"), node.log());
        assertEquals(home.root().resolve("nodes/node-1/config"), node.config());
        assertTrue(Files.isDirectory(home.root().resolve("data/node-1/nodes")));
        assertTrue(Files.isRegularFile(home.root().resolve("logs/node-1/gc.log")));
    }

    @Test
    void is_found_by_its_name_while_it_runs() throws IOException {
        NodeProcess found = NodeProcess.running(home, "node-1").orElseThrow();

        assertEquals(node.pid(), found.pid());
        assertEquals(node.httpPort(), found.httpPort());
        assertTrue(NodeProcess.running(home, "node-2").isEmpty());
    }

    @Test
    void the_same_node_is_not_started_twice() {
        var refused = assertThrows(NodeStartException.class,
                () -> NodeProcess.start(home, NodeSettings.single(0), JdkFinder.find().home()));

        assertEquals("[node-1] already runs from [" + home.root() + "] with process id " + node.pid() + "; stop it first",
                refused.getMessage());
    }

    @Test
    void a_second_node_on_the_same_port_is_refused_before_it_starts() {
        NodeSettings second = NodeSettings.single(node.httpPort()).withName("node-2");

        var refused = assertThrows(NodeStartException.class, () -> NodeProcess.start(home, second, JdkFinder.find().home()));

        assertEquals(
                "[node-2] HTTP port " + node.httpPort()
                        + " is in use; stop what listens there, or choose another port (0 takes a free one)",
                refused.getMessage());
        assertFalse(Files.exists(home.root().resolve("nodes/node-2")));
    }

    /** The value of a line of {@code /proc/<pid>/status}. */
    private static String status(Path process, String key) throws IOException {
        return Files.readAllLines(process.resolve("status")).stream()
                .filter(line -> line.startsWith(key + ":"))
                .map(line -> line.substring(key.length() + 1).strip())
                .findFirst()
                .orElseThrow();
    }
}
