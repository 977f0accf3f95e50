package io.semanticsearch.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NodeConfigTest {
    @TempDir
    Path temp;

    @Test
    void the_nodes_settings_replace_those_of_the_home() {
        assertEquals("""
                # common
                network.host: 127.0.0.1
                node.name: "one"
                http.port: "9200"
                transport.port: "9300"
                path.data: "/data"
                path.logs: "/logs"
                cluster.name: "a \\"quoted\\" \\\\ name"
                """, config("a \"quoted\" \\ name").yml("# common\ncluster.name: common\nnetwork.host: 127.0.0.1\n"));
    }

    @Test
    void a_new_start_replaces_all_but_the_keystore() throws IOException {
        Path home = Files.createDirectories(temp.resolve("home"));
        Files.writeString(home.resolve("log4j2.properties"), "new");
        Path node = Files.createDirectories(temp.resolve("config"));
        Files.createDirectories(node.resolve("removed-plugin"));
        Files.writeString(node.resolve("opensearch.keystore"), "secret");

        config("any").write(home);

        assertTrue(Files.readString(node.resolve("opensearch.yml")).startsWith("node.name: \"one\"\n"));
        assertEquals("new", Files.readString(node.resolve("log4j2.properties")));
        assertEquals("secret", Files.readString(node.resolve("opensearch.keystore")));
        assertFalse(Files.exists(node.resolve("removed-plugin")));
    }

    private NodeConfig config(String clusterName) {
        NodeSettings settings = new NodeSettings("one", 0, 0, "512m", Optional.empty(), Map.of("cluster.name", clusterName),
                List.of());
        NodeFolders folders = new NodeFolders(temp, temp.resolve("config"), Path.of("/data"), Path.of("/logs"),
                temp.resolve("tmp"));
        return new NodeConfig(settings, 9200, 9300, folders);
    }
}
