package io.semanticsearch.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JdkFinderTest {
    @TempDir
    Path temp;

    private Path old;
    private Path installed;

    @BeforeEach
    void makeFolders() throws IOException {
        old = jdk("old", "17.0.15");
        installed = Files.createDirectories(temp.resolve("jvm"));
    }

    @Test
    void takes_the_running_one_first() throws IOException {
        Path running = jdk("running", "25.0.1");
        Path named = jdk("named", "25.0.2");

        assertEquals(running, finder(running, Map.of("JAVA25_HOME", named.toString())).first().home());
    }

    @Test
    void takes_the_first_of_the_right_version_from_the_environment() throws IOException {
        Path named = jdk("named", "25");

        assertEquals(named, finder(old, Map.of("JAVA25_HOME", old.toString(), "JAVA_HOME", named.toString())).first().home());
    }

    @Test
    void takes_an_installed_one_last() throws IOException {
        jdk("jvm/java-17", "17.0.15");
        Path found = jdk("jvm/temurin-25", "25.0.1");

        assertEquals(found, finder(old, Map.of()).first().home());
    }

    @Test
    void says_what_to_install_when_there_is_none() {
        var missing = assertThrows(IllegalStateException.class, () -> finder(old, Map.of("JAVA_HOME", old.toString())).first());

        assertEquals("no JDK 25 found: not the running one [" + old + "], not in JAVA25_HOME, JAVA_HOME or [" + installed
                + "]; install one, for example temurin-25-jdk, under [" + installed + "] or set JAVA25_HOME",
                missing.getMessage());
    }

    @Test
    void passes_over_one_that_the_nodes_user_cannot_read() throws IOException {
        Path closed = jdk("closed", "25.0.1");
        JdkFinder finder = new JdkFinder(closed, Map.of(), installed, home -> !home.equals(closed));

        var missing = assertThrows(IllegalStateException.class, finder::first);

        assertEquals("no JDK 25 that the node's user can read: [" + closed + "] lies in a folder closed to it; "
                + "install one, for example temurin-25-jdk, under [" + installed + "] or set JAVA25_HOME", missing.getMessage());
    }

    @Test
    void a_jdk_of_another_version_is_refused() {
        var refused = assertThrows(IllegalArgumentException.class, () -> new Jdk(old));

        assertEquals("[" + old + "] is a JDK 17; JDK 25 is needed", refused.getMessage());
    }

    @Test
    void a_folder_without_java_is_refused() {
        var refused = assertThrows(IllegalArgumentException.class, () -> new Jdk(temp));

        assertEquals("[" + temp + "] is not a JDK: it has no executable [bin/java]", refused.getMessage());
    }

    private JdkFinder finder(Path running, Map<String, String> environment) {
        return new JdkFinder(running, environment, installed, _ -> true);
    }

    private Path jdk(String name, String version) throws IOException {
        Path home = temp.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.createFile(home.resolve("bin/java")).toFile().setExecutable(true);
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Example\"\nJAVA_VERSION=\"" + version + "\"\n");
        return home;
    }
}
