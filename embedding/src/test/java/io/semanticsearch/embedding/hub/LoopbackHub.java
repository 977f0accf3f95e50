package io.semanticsearch.embedding.hub;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One repository on two real servers, as the Hub has it: the endpoint [127.0.0.1] answers for the list and for small files, through a relative
 * redirect; for large files it redirects to a storage host, [localhost], which knows tags of its own and refuses who shows it a token.
 */
final class LoopbackHub implements AutoCloseable {

    static final String REPOSITORY = "acme/tiny-embed";
    static final HubReference MAIN = new HubReference(REPOSITORY);
    static final int LARGE = 1000;

    private static final String RESOLVE = "/" + REPOSITORY + "/resolve/";
    private static final String SMALL = "/api/resolve-cache/models/" + REPOSITORY + "/";

    /** A request as it came. */
    record Seen(String host, String path, Map<String, String> headers) {

        Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name));
        }
    }

    /** What a server does in place of an answer. */
    interface Fault {

        void answer(HttpExchange exchange) throws IOException;
    }

    private final HttpServer endpoint;
    private final HttpServer storage;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Deque<Fault>> faults = new ConcurrentHashMap<>();
    final List<Seen> seen = new CopyOnWriteArrayList<>();
    final Map<String, byte[]> files = new TreeMap<>();
    final Map<String, String> revisions = new ConcurrentHashMap<>();
    /** Changes the list before it is sent. */
    volatile Function<ObjectNode, Object> list = node -> node;

    LoopbackHub() throws IOException {
        revisions.put("main", "a".repeat(40));
        endpoint = server();
        storage = server();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + endpoint.getAddress().getPort());
    }

    URI storage() {
        return URI.create("http://localhost:" + storage.getAddress().getPort());
    }

    HubOptions options() {
        return options(Optional::empty);
    }

    HubOptions options(Supplier<Optional<String>> token) {
        return new HubOptions(uri(), token, false, Optional.empty(), Duration.ofSeconds(5), Duration.ofSeconds(40),
                Duration.ofSeconds(5), 1 << 20, "test-agent");
    }

    /** Adds a file of that many bytes that look like nothing. */
    byte[] add(String name, int size) {
        byte[] bytes = new byte[size];
        new Random(name.hashCode()).nextBytes(bytes);
        files.put(name, bytes);
        return bytes;
    }

    /** The files of a small model: four small, two large. */
    void addModel() {
        files.put("config.json", "{\"model_type\": \"bert\"}".getBytes(StandardCharsets.UTF_8));
        files.put("modules.json", "[]".getBytes(StandardCharsets.UTF_8));
        files.put("README.md", "# Tiny".getBytes(StandardCharsets.UTF_8));
        add("tokenizer.json", 700);
        add("1_Pooling/config.json", 90);
        add("model.safetensors", 300_000);
        add("onnx/model.onnx", 200_000);
        add("onnx/model_fp16.onnx", 100_000);
        add("pytorch_model.bin", 300_000);
    }

    /** Has the next request for that, at the endpoint or the storage, answered otherwise. */
    void fault(String file, Fault fault) {
        faults.computeIfAbsent(file, key -> new ArrayDeque<>()).add(fault);
    }

    List<Seen> storageRequests() {
        return seen.stream().filter(request -> request.host.startsWith("localhost")).toList();
    }

    static Fault status(int status, String... headers) {
        return exchange -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
            }
            exchange.sendResponseHeaders(status, -1);
        };
    }

    static Fault redirect(String location) {
        return status(302, "Location", location);
    }

    /** Promises all bytes and breaks off. */
    static Fault truncated(byte[] bytes, int end) {
        return exchange -> {
            exchange.getResponseHeaders().add("ETag", tag(bytes));
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes, 0, end);
        };
    }

    static Fault body(byte[] bytes) {
        return exchange -> {
            exchange.getResponseHeaders().add("ETag", tag(bytes));
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        };
    }

    /** The storage's tag, which is not the SHA-256 of the file though it looks like one. */
    static String tag(byte[] bytes) {
        return "\"" + hex("SHA-256", ("storage " + hex("SHA-256", bytes)).getBytes(StandardCharsets.UTF_8)) + "\"";
    }

    static String sha256(byte[] bytes) {
        return hex("SHA-256", bytes);
    }

    static String gitBlob(byte[] bytes) {
        byte[] header = ("blob " + bytes.length + "\0").getBytes(StandardCharsets.UTF_8);
        byte[] all = Arrays.copyOf(header, header.length + bytes.length);
        System.arraycopy(bytes, 0, all, header.length, bytes.length);
        return hex("SHA-1", all);
    }

    /** Ends the servers, not what they remember. */
    @Override
    public void close() {
        endpoint.stop(0);
        storage.stop(0);
        threads.shutdownNow();
    }

    private HttpServer server() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        return server;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
            String path = exchange.getRequestURI().getRawPath();
            boolean atStorage = exchange.getHttpContext().getServer() == storage;
            seen.add(new Seen(headers.get("Host"), path, headers));
            String subject = atStorage
                    ? "storage:" + URLDecoder.decode(path.substring(1), StandardCharsets.UTF_8)
                    : subject(path);
            Fault fault = Optional.ofNullable(faults.get(subject)).map(Deque::poll).orElse(null);
            if (fault != null) {
                fault.answer(exchange);
            } else if (atStorage) {
                store(exchange, subject.substring("storage:".length()), headers);
            } else {
                serve(exchange, path);
            }
        }
    }

    /** What tests call a path of the endpoint: the name of a file, or [list]. */
    private static String subject(String path) {
        if (path.startsWith(RESOLVE)) return path.substring(RESOLVE.length() + 41);
        return path.contains("/revision/") ? "list" : path;
    }

    private void serve(HttpExchange exchange, String path) throws IOException {
        if (path.startsWith("/api/models/" + REPOSITORY + "/revision/")) {
            String revision = path.substring(path.lastIndexOf('/') + 1);
            String commit = revisions.get(URLDecoder.decode(revision, StandardCharsets.UTF_8));
            if (commit == null && revisions.containsValue(revision)) commit = revision;
            if (commit == null) {
                status(404, "X-Error-Code", "RevisionNotFound").answer(exchange);
            } else {
                send(exchange, new ObjectMapper().writeValueAsBytes(list.apply(listing(commit))));
            }
        } else if (path.startsWith(RESOLVE)) {
            resolve(exchange, path.substring(RESOLVE.length(), RESOLVE.length() + 40), path.substring(RESOLVE.length() + 41));
        } else if (path.startsWith(SMALL)) {
            send(exchange, files.get(path.substring(SMALL.length())));
        } else {
            status(401, "X-Error-Code", "RepoNotFound", "X-Error-Message", "Invalid username or password.").answer(exchange);
        }
    }

    private void resolve(HttpExchange exchange, String commit, String name) throws IOException {
        byte[] bytes = files.get(name);
        if (bytes == null) {
            status(404, "X-Error-Code", "EntryNotFound").answer(exchange);
            return;
        }
        if (bytes.length < LARGE) {
            status(307, "X-Repo-Commit", commit, "ETag", "\"" + gitBlob(bytes) + "\"", "Location", SMALL + name).answer(exchange);
            return;
        }
        status(302, "X-Repo-Commit", commit, "X-Linked-Etag", "\"" + sha256(bytes) + "\"", "X-Linked-Size", "" + bytes.length,
                "Location", storage() + "/" + name + "?Expires=1&Signature=abc").answer(exchange);
    }

    private void store(HttpExchange exchange, String name, Map<String, String> headers) throws IOException {
        if (headers.containsKey("Authorization")) {
            status(400).answer(exchange);
            return;
        }
        byte[] bytes = files.get(name);
        exchange.getResponseHeaders().add("ETag", tag(bytes));
        String range = headers.get("Range");
        boolean same = headers.getOrDefault("If-Range", tag(bytes)).equals(tag(bytes));
        if (range == null || !same) {
            send(exchange, bytes);
            return;
        }
        int start = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
        if (start >= bytes.length) {
            status(416, "Content-Range", "bytes */" + bytes.length).answer(exchange);
            return;
        }
        exchange.getResponseHeaders().add("Content-Range", "bytes " + start + "-" + (bytes.length - 1) + "/" + bytes.length);
        exchange.sendResponseHeaders(206, bytes.length - start);
        exchange.getResponseBody().write(bytes, start, bytes.length - start);
    }

    private static void send(HttpExchange exchange, byte[] bytes) throws IOException {
        exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    private ObjectNode listing(String commit) {
        ObjectNode root = new ObjectMapper().createObjectNode().put("id", REPOSITORY).put("sha", commit).put("gated", false);
        ArrayNode siblings = root.putArray("siblings");
        files.forEach((name, bytes) -> {
            ObjectNode file = siblings.addObject().put("rfilename", name).put("size", bytes.length);
            if (bytes.length < LARGE) {
                file.put("blobId", gitBlob(bytes));
            } else {
                file.put("blobId", "b".repeat(40)).putObject("lfs").put("sha256", sha256(bytes)).put("size", bytes.length)
                        .put("pointerSize", 134);
            }
        });
        return root;
    }

    private static String hex(String algorithm, byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
