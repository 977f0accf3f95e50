package io.semanticsearch.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class FailedStartIT {
    private static OpenSearchHome home;
    private static Path jdk;

    @BeforeAll
    static void make() throws IOException {
        home = Assembled.copy("failing");
        jdk = JdkFinder.find().home();
    }

    @Test
    void a_node_that_refuses_its_settings_fails_at_once_with_the_reason() throws IOException {
        NodeSettings wrong = NodeSettings.single(0).with("no.such.setting", "1");

        var failed = assertThrows(NodeStartException.class, () -> NodeProcess.start(home, wrong, jdk));

        assertTrue(failed.getMessage().startsWith("[node-1] ended with exit code 1 before it answered; the end of the log ["),
                failed.getMessage());
        assertTrue(failed.getMessage().contains("unknown setting [no.such.setting]"), failed.getMessage());
        assertEquals(Optional.empty(), NodeProcess.running(home, "node-1").map(NodeProcess::pid));
    }

    @Test
    void a_jvm_that_refuses_its_arguments_fails_at_once_with_the_reason() {
        NodeSettings wrong = NodeSettings.single(0).withJvmArgument("-XX:+NoSuchFlag");

        var failed = assertThrows(NodeStartException.class, () -> NodeProcess.start(home, wrong, jdk));

        assertTrue(failed.getMessage().contains("Unrecognized VM option 'NoSuchFlag'"), failed.getMessage());
    }

    @Test
    void a_node_that_is_too_slow_is_stopped() throws IOException {
        NodeSettings slow = NodeSettings.single(0);

        var failed = assertThrows(NodeStartException.class, () -> NodeProcess.start(home, slow, jdk, Duration.ofMillis(300)));

        assertTrue(failed.getMessage().matches("(?s)\\[node-1] did not answer on port \\d+ within 0\\.3 s; .*"),
                failed.getMessage());
        assertEquals(Optional.empty(), NodeProcess.running(home, "node-1").map(NodeProcess::pid));
    }
}
