package io.semanticsearch.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A folder as a repository of a hub on this machine, for models that are fetched by name. */
final class FolderHub implements AutoCloseable {

    static final String REPOSITORY = "acme/made-up";
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    private static final String RESOLVE = "/" + REPOSITORY + "/resolve/" + COMMIT + "/";

    private final Path folder;
    private final HttpServer server;
    private final AtomicInteger requests = new AtomicInteger();

    FolderHub(Path folder) throws IOException {
        this.folder = folder;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    int requests() {
        return requests.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        String path = exchange.getRequestURI().getPath();
        try (exchange) {
            if (path.equals("/api/models/" + REPOSITORY + "/revision/main")) {
                send(exchange, listing());
            } else if (path.startsWith(RESOLVE) && Files.isRegularFile(folder.resolve(path.substring(RESOLVE.length())))) {
                byte[] bytes = Files.readAllBytes(folder.resolve(path.substring(RESOLVE.length())));
                exchange.getResponseHeaders().set("ETag", "\"" + sha256(bytes) + "\"");
                exchange.getResponseHeaders().set("X-Repo-Commit", COMMIT);
                send(exchange, bytes);
            } else {
                exchange.getResponseHeaders().set("X-Error-Code", "EntryNotFound");
                exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    private byte[] listing() throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode listing = json.createObjectNode().put("sha", COMMIT);
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            ObjectNode sibling = listing.withArray("siblings").addObject().put("rfilename", folder.relativize(file).toString());
            sibling.put("size", bytes.length).putObject("lfs").put("sha256", sha256(bytes)).put("size", bytes.length);
        }
        return json.writeValueAsBytes(listing);
    }

    private static void send(HttpExchange exchange, byte[] bytes) throws IOException {
        exchange.sendResponseHeaders(200, exchange.getRequestMethod().equals("HEAD") ? -1 : bytes.length);
        if (!exchange.getRequestMethod().equals("HEAD")) exchange.getResponseBody().write(bytes);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
