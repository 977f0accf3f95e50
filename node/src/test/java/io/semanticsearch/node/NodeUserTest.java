package io.semanticsearch.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NodeUserTest {
    @TempDir(factory = OpenTempDir.class)
    Path temp;

    @Test
    void a_user_other_than_root_starts_the_node_itself() {
        assertEquals(List.of("java", "-version"), new NodeUser.Caller().command(List.of("java", "-version")));
    }

    @Test
    void a_folder_in_the_way_is_named() throws IOException {
        NodeUser root = ofRoot();
        Path closed = temp.resolve("closed");
        Path lib = Files.createDirectories(closed.resolve("home/lib"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));

        var refused = assertThrows(NodeStartException.class, () -> root.requireReadable(lib, "move it"));

        String reason = refused.getMessage();
        assertTrue(reason.startsWith("the node runs as uid 12345, which cannot read [" + lib + "] because ["), reason);
        assertTrue(reason.endsWith("] is closed to other users; move it"), reason);
    }

    @Test
    void root_without_setpriv_is_told_what_to_install() {
        NodeUser user = new NodeUser.Unprivileged(12345, "/missing/setpriv");

        var refused = assertThrows(NodeStartException.class, () -> user.mayRead(temp));

        assertEquals("OpenSearch does not run as root, and [/missing/setpriv], which starts it as uid 12345, is missing; "
                + "install the package util-linux, or start the node as another user", refused.getMessage());
    }

    @Test
    void a_setpriv_that_cannot_change_the_user_is_quoted() throws IOException {
        Path other = Files.writeString(temp.resolve("setpriv"), "#!/bin/sh\necho 'setpriv: not permitted' >&2\nexit 1\n");
        Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rwxr-xr-x"));
        NodeUser user = new NodeUser.Unprivileged(12345, other.toString());

        var refused = assertThrows(NodeStartException.class, () -> user.mayRead(temp));

        assertEquals("OpenSearch does not run as root, and [" + other + "] cannot start it as uid 12345: setpriv: not permitted; "
                + "it must be that of the package util-linux, and root must be allowed to change users, or start the node as another user",
                refused.getMessage());
    }

    @Test
    void a_given_folder_can_be_written() throws IOException {
        NodeUser root = ofRoot();
        Path inside = Files.createDirectories(temp.resolve("data/nodes"));

        assertFalse(root.mayWrite(inside));
        root.give(temp.resolve("data"));
        assertTrue(root.mayWrite(inside));
    }

    private NodeUser ofRoot() {
        NodeUser user = NodeUser.ofThisProcess();
        assumeTrue(user instanceof NodeUser.Unprivileged, "only a node of root runs as another user");
        assumeTrue(user.mayRead(temp), "the sources lie in a folder that is closed to the node's user");
        return user;
    }
}
