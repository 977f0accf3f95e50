package io.semanticsearch.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

final class PortTest {
    @Test
    void a_port_in_use_is_an_error() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            int port = other.getLocalPort();

            var refused = assertThrows(NodeStartException.class, () -> Port.resolve(port, "node-1", "HTTP"));

            assertEquals(
                    "[node-1] HTTP port " + port
                            + " is in use; stop what listens there, or choose another port (0 takes a free one)",
                    refused.getMessage());
        }
    }

    @Test
    void zero_takes_a_free_port() throws IOException {
        int port = Port.resolve(0, "node-1", "HTTP");

        new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1")).close();
    }

    @Test
    void a_free_port_is_the_one_asked_for() {
        int port = Port.free();

        assertEquals(port, Port.resolve(port, "node-1", "HTTP"));
    }
}
