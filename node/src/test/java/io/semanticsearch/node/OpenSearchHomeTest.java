package io.semanticsearch.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OpenSearchHomeTest {
    @TempDir(factory = OpenTempDir.class)
    Path temp;

    private Path assembled;
    private Path target;

    @BeforeEach
    void assemble() throws IOException {
        assembled = TinyHome.assembledIn(temp.resolve("assembled"));
        target = temp.resolve("home");
    }

    @AfterEach
    void deleteWhatLiesElsewhere() throws IOException {
        if (Files.isSymbolicLink(target)) new FileTree(target.toRealPath()).delete();
    }

    @Test
    void links_jars_and_copies_the_config() throws IOException {
        OpenSearchHome home = OpenSearchHome.create(assembled, target);

        assertEquals("3.8.0", home.version());
        assertTrue(sameFile("lib/opensearch-3.8.0.jar", home));
        assertTrue(sameFile("modules/reindex/reindex.jar", home));
        assertFalse(sameFile("config/opensearch.yml", home));
        Files.writeString(home.config().resolve("opensearch.yml"), "changed");
        assertEquals("cluster.name: tiny\n", Files.readString(assembled.resolve("config/opensearch.yml")));
    }

    @Test
    void replaces_a_home_it_made_with_a_fresh_one() throws IOException {
        OpenSearchHome first = OpenSearchHome.create(assembled, target);
        Files.writeString(first.root().resolve("data/index"), "old");

        OpenSearchHome second = OpenSearchHome.create(assembled, target);

        assertEquals(first.root(), second.root());
        assertFalse(Files.exists(second.root().resolve("data/index")));
    }

    @Test
    void refuses_to_replace_a_folder_it_did_not_make() throws IOException {
        Files.createDirectories(target);
        Files.writeString(target.resolve("thesis.txt"), "mine");

        var refused = assertThrows(IllegalArgumentException.class, () -> OpenSearchHome.create(assembled, target));

        assertEquals("[" + target
                + "] exists and is not a home made by OpenSearchHome.create; choose another folder, or remove it yourself",
                refused.getMessage());
        assertEquals("mine", Files.readString(target.resolve("thesis.txt")));
    }

    @Test
    void refuses_to_replace_a_home_from_which_a_node_runs() throws IOException {
        OpenSearchHome home = OpenSearchHome.create(assembled, target);
        Path node = Files.createDirectories(home.root().resolve("nodes/node-1"));
        long self = ProcessHandle.current().pid();
        new PidFile(node.resolve("pid")).write(self);

        var refused = assertThrows(IllegalStateException.class, () -> OpenSearchHome.create(assembled, target));

        assertEquals("[" + home.root() + "] is in use: node [node-1] with process id " + self + " runs from it; stop it first",
                refused.getMessage());
    }

    @Test
    void says_what_an_assembled_home_lacks() throws IOException {
        Files.delete(assembled.resolve("agent/opensearch-agent.jar"));

        var refused = assertThrows(IllegalArgumentException.class, () -> OpenSearchHome.create(assembled, target));

        assertEquals("[" + assembled + "] is not an assembled OpenSearch home: it has no [agent/opensearch-agent.jar]; "
                + "`mvn package` of the module [node] makes one", refused.getMessage());
    }

    @Test
    void opens_only_what_create_has_completed() throws IOException {
        var unknown = assertThrows(IllegalArgumentException.class, () -> OpenSearchHome.open(assembled));
        assertEquals("[" + assembled + "] is not a home made by OpenSearchHome.create: it has no file [.opensearch-home]",
                unknown.getMessage());

        Files.createDirectories(target);
        Files.writeString(target.resolve(".opensearch-home"), "");
        var interrupted = assertThrows(IllegalArgumentException.class, () -> OpenSearchHome.open(target));
        assertEquals("[" + target + "] is incomplete: making it was interrupted; make it again", interrupted.getMessage());
    }

    private boolean sameFile(String file, OpenSearchHome home) throws IOException {
        return Files.isSameFile(assembled.resolve(file), home.root().resolve(file));
    }
}
