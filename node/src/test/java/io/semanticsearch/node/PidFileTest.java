package io.semanticsearch.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PidFileTest {
    @TempDir
    Path temp;

    @Test
    void finds_a_process_until_it_has_ended() throws IOException {
        PidFile file = new PidFile(temp.resolve("pid"));
        Process process = new ProcessBuilder("sleep", "60").start();
        file.write(process.pid());

        NodeHandle found = file.running().orElseThrow();
        assertEquals(process.pid(), found.pid());
        assertTrue(found.end(Duration.ofSeconds(5)));
        assertEquals(Optional.empty(), file.running());
    }

    @Test
    void does_not_take_a_younger_process_of_the_same_number_for_it() throws IOException {
        PidFile file = new PidFile(temp.resolve("pid"));
        file.write(ProcessHandle.current().pid());
        Files.setLastModifiedTime(file.file(), FileTime.from(Instant.now().minus(Duration.ofDays(1))));

        assertEquals(Optional.empty(), file.running());
    }

    @Test
    void finds_nothing_without_a_file() throws IOException {
        assertEquals(Optional.empty(), new PidFile(temp.resolve("pid")).running());
    }

    @Test
    void says_when_the_file_has_something_else() throws IOException {
        Path file = Files.writeString(temp.resolve("pid"), "x");

        var broken = assertThrows(IOException.class, () -> new PidFile(file).running());

        assertEquals("[" + file + "] has no process id but [x]; remove it if the node is not running", broken.getMessage());
    }
}
