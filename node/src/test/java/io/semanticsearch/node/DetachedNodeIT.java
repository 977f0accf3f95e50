package io.semanticsearch.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

final class DetachedNodeIT {

    /** In a folder that is closed to others, as the home folder of root is, where a checkout often lies. */
    @Test
    void survives_the_program_that_started_it_and_is_stopped_by_another() throws Exception {
        Path closed = Files.createDirectories(Assembled.work().resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        Path target = closed.resolve("home");
        OpenSearchHome home = OpenSearchHome.create(Assembled.HOME, target);

        assertEquals("", outputOfStart(target));

        NodeProcess node = NodeProcess.running(home, "node-1").orElseThrow();
        try (Rest rest = new Rest(node)) {
            assertTrue(rest.get("/").contains("\"name\" : \"node-1\""));
            assertEquals(Long.toString(node.pid()), Files.readString(home.root().resolve("nodes/node-1/pid")));
        } finally {
            node.stop();
        }
        assertFalse(node.isRunning());
        assertTrue(NodeProcess.running(OpenSearchHome.open(target), "node-1").isEmpty());
        new FileTree(home.root()).delete();
    }

    private static String outputOfStart(Path home) throws IOException, InterruptedException {
        String classPath = classesOf(NodeProcess.class) + System.getProperty("path.separator") + classesOf(DetachedStart.class);
        Process program = new ProcessBuilder(JdkFinder.find().home().resolve("bin/java").toString(), "-cp", classPath,
                DetachedStart.class.getName(),
                home.toString()).redirectErrorStream(true).start();
        String output = new String(program.getInputStream().readAllBytes());
        program.waitFor();
        return output;
    }

    private static String classesOf(Class<?> type) {
        return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString())).toString();
    }
}
