package io.semanticsearch.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HomePlaceTest {
    @TempDir(factory = OpenTempDir.class)
    Path temp;

    @Test
    void is_the_path_asked_for_where_the_node_can_enter() throws IOException {
        HomePlace place = HomePlace.of(temp.resolve("home"), new NodeUser.Caller(), temp);

        assertEquals(temp.resolve("home"), place.files());
    }

    @Test
    void follows_a_link_of_the_user() throws IOException {
        Path disk = Files.createDirectories(temp.resolve("disk/home"));
        Path link = Files.createSymbolicLink(temp.resolve("home"), disk);

        assertEquals(disk.toRealPath(), HomePlace.of(link, new NodeUser.Caller(), temp).files());
    }

    @Test
    void is_an_open_folder_with_a_link_to_it_where_the_node_cannot_enter() throws IOException {
        NodeUser root = NodeUser.ofThisProcess();
        assumeTrue(root instanceof NodeUser.Unprivileged, "only a node of root runs as another user");
        assumeTrue(root.mayRead(temp), "the sources lie in a folder that is closed to the node's user");
        Path closed = closedFolder();

        HomePlace place = HomePlace.of(closed.resolve("home"), root, temp);

        assertEquals(temp, place.files().getParent());
        Files.createDirectories(place.files());
        place.requireOwn();
        place.link();
        assertEquals(place.files().toRealPath(), closed.resolve("home").toRealPath());
        assertEquals(place.files().toRealPath(), HomePlace.of(closed.resolve("home"), root, temp).files());
    }

    @Test
    void refuses_an_open_folder_that_belongs_to_another_user() throws IOException {
        assumeTrue(NodeUser.ofThisProcess() instanceof NodeUser.Unprivileged, "only root can make a folder of another user");
        HomePlace place = new HomePlace(closedFolder().resolve("home"),
                Files.createDirectories(temp.resolve("opensearch-home-x")));
        new NodeUser.Unprivileged(23456, "setpriv").give(place.files());

        var refused = assertThrows(IllegalArgumentException.class, place::requireOwn);

        assertEquals(
                "[" + place.files() + "] is where the home [" + place.asked() + "] has to lie, but it belongs to another user",
                refused.getMessage());
    }

    private Path closedFolder() throws IOException {
        return Files.createDirectory(temp.resolve("closed"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
}
