package io.semanticsearch.node;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** TCP ports of the loopback address. */
final class Port {
    /** Below the ports that systems give to outgoing connections, so that none takes it before the node listens. */
    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 31_999;

    private Port() {}

    /** Zero stands for a free port, any other one has to be free. */
    static int resolve(int port, String node, String purpose) {
        if (port == 0) return free();
        if (isFree(port)) return port;
        throw new NodeStartException("[" + node + "] " + purpose + " port " + port
                + " is in use; stop what listens there, or choose another port (0 takes a free one)");
    }

    static int free() {
        for (int attempt = 0; attempt < 1_000; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST + 1);
            if (isFree(port)) return port;
        }
        throw new NodeStartException("no free port found between " + LOWEST + " and " + HIGHEST);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // As the node does; connections that were closed a moment ago do not count.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
