package io.semanticsearch.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JvmOptionsTest {
    @TempDir
    Path temp;

    private Path file;

    @BeforeEach
    void nameFile() {
        file = temp.resolve("jvm.options");
    }

    @Test
    void fills_in_what_the_node_gives() throws IOException {
        Files.writeString(file, "# heap\n\n-Xmx${heap}\n-XX:ErrorFile=${logs}/$1.log\n");

        assertEquals(List.of("-Xmx1g", "-XX:ErrorFile=/a\\b/$1.log"),
                JvmOptions.read(file).filledIn(Map.of("heap", "1g", "logs", "/a\\b")));
    }

    @Test
    void refuses_a_name_that_nobody_gives() throws IOException {
        Files.writeString(file, "-Xmx${memory}\n");

        var refused = assertThrows(IllegalArgumentException.class,
                () -> JvmOptions.read(file).filledIn(Map.of("heap", "1g", "tmp", "/tmp")));

        assertEquals("[" + file + "] names [${memory}]; only [heap, tmp] can be filled in", refused.getMessage());
    }

    @Test
    void refuses_a_line_that_is_no_argument() throws IOException {
        Files.writeString(file, "25-:-Xmx1g\n");

        var refused = assertThrows(IllegalArgumentException.class, () -> JvmOptions.read(file));

        assertEquals("[" + file + "] line [25-:-Xmx1g] is not a JVM argument: it does not start with [-]", refused.getMessage());
    }

    @Test
    void direct_memory_is_half_of_the_heap() {
        assertEquals(268_435_456L, JvmOptions.directMemory("512m"));
        assertEquals(1_073_741_824L, JvmOptions.directMemory("2G"));
    }
}
