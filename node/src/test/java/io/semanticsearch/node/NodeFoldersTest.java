package io.semanticsearch.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NodeFoldersTest {
    private static final NodeUser USER = NodeUser.ofThisProcess();

    @TempDir(factory = OpenTempDir.class)
    Path temp;

    @BeforeEach
    void assumeOpenFolder() {
        assumeTrue(USER.mayRead(temp), "the sources lie in a folder that is closed to the node's user");
    }

    @Test
    void a_data_folder_that_is_missing_is_made() throws IOException {
        NodeFolders folders = folders();

        folders.giveTo(USER);

        assertTrue(USER.mayWrite(folders.data()));
    }

    @Test
    void a_data_folder_with_the_files_of_somebody_else_is_left_alone() throws IOException {
        NodeFolders folders = folders();
        Files.createDirectories(folders.data());
        Files.writeString(folders.data().resolve("thesis.txt"), "mine");
        Files.setPosixFilePermissions(folders.data(), PosixFilePermissions.fromString("r-xr-xr-x"));

        var refused = assertThrows(NodeStartException.class, () -> folders.giveTo(USER));

        assertEquals("the node runs as " + USER + ", which cannot write to its data folder [" + folders.data()
                + "]; choose an empty folder, or make this one writable for that user", refused.getMessage());
        Files.setPosixFilePermissions(folders.data(), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void temporary_files_of_the_run_before_are_deleted() throws IOException {
        NodeFolders folders = folders();
        Files.writeString(folders.tmp().resolve("old"), "old");

        folders.make();

        assertTrue(Files.notExists(folders.tmp().resolve("old")));
    }

    private NodeFolders folders() throws IOException {
        NodeFolders folders = new NodeFolders(temp.resolve("node"), temp.resolve("node/config"), temp.resolve("data"),
                temp.resolve("logs"),
                temp.resolve("node/tmp"));
        folders.make();
        return folders;
    }
}
