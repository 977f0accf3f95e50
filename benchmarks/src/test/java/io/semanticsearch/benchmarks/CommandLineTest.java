package io.semanticsearch.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTest {
    @TempDir
    Path folder;

    @Test
    void options_have_values_or_defaults() {
        CommandLine line = parse("--limit", "5");
        assertEquals(5, line.number("--limit", 9));
        assertEquals(9, line.number("--shards", 9));
        assertEquals(OptionalInt.empty(), line.number("--shards"));
    }

    @Test
    void a_relative_folder_starts_where_the_caller_stood() throws Exception {
        Files.createDirectory(folder.resolve("set"));
        assertEquals(folder.resolve("set"), parse("--data", "set").requiredFolder("--data"));
    }

    @Test
    void mistakes_are_named() {
        assertFails("unknown option [--dat]; this command knows [--data, --limit, --shards]", () -> parse("--dat", "x"));
        assertFails("[--data] needs a value", () -> parse("--data"));
        assertFails("[--limit] is given twice", () -> parse("--limit", "1", "--limit", "2"));
        assertFails("[--limit] is [0]; expected a whole number of 1 or more", () -> parse("--limit", "0").number("--limit", 1));
        assertFails("[--data] is missing; give a folder, see benchmarks/run --help", () -> parse().requiredFolder("--data"));
        assertFails("[--data] is [" + folder.resolve("none") + "]; there is no such folder",
                () -> parse("--data", "none").requiredFolder("--data"));
    }

    private CommandLine parse(String... words) {
        return CommandLine.parse(Arrays.asList(words), List.of("--data", "--limit", "--shards"), folder);
    }

    private static void assertFails(String message, Executable call) {
        assertEquals(message, assertThrows(BenchmarkException.class, call).getMessage());
    }
}
