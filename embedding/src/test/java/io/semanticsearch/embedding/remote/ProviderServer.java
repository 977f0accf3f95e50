package io.semanticsearch.embedding.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server on loopback that remembers what it was asked, and answers as it was told to, or as usual. */
final class ProviderServer implements AutoCloseable {

    static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Queue<Reply> next = new ConcurrentLinkedQueue<>();
    private final Reply usual;
    final List<Seen> seen = new CopyOnWriteArrayList<>();

    /** A request as it came. */
    record Seen(String method, String path, Map<String, String> headers, JsonNode body) {

        Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name));
        }
    }

    @FunctionalInterface
    interface Reply {

        void to(HttpExchange exchange, Seen request) throws IOException;
    }

    /** @param usual when nothing else was asked for by {@link #reply} */
    ProviderServer(Reply usual) {
        this.usual = usual;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Has the next requests answered so. */
    void reply(Reply... replies) {
        next.addAll(List.of(replies));
    }

    void usual(HttpExchange exchange, Seen request) throws IOException {
        usual.to(exchange, request);
    }

    /** @param headers name, value, name, value, … */
    static Reply json(int status, String body, String... headers) {
        return (exchange, request) -> send(exchange, status, body, headers);
    }

    static void send(HttpExchange exchange, int status, String body, String... headers) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        for (int i = 0; i < headers.length; i += 2) {
            exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
        }
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) exchange.getResponseBody().write(bytes);
    }

    /** Promises more than it sends. */
    static Reply cutOff() {
        return (exchange, request) -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write("{\"data\": [".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            exchange.close();
        };
    }

    /** A form as an object: texts by name, and files by name as a list of base64. */
    private static JsonNode form(byte[] body, String type) {
        ObjectNode form = JSON.createObjectNode();
        String boundary = "--" + type.substring(type.indexOf("boundary=") + 9);
        for (String part : new String(body, StandardCharsets.ISO_8859_1).split(Pattern.quote(boundary))) {
            Matcher name = Pattern.compile(" name=\"(\\w+)\"(; filename=\"[^\"]+\")?").matcher(part);
            if (!name.find()) continue;
            String value = part.substring(part.indexOf("\r\n\r\n") + 4, part.length() - 2);
            if (name.group(2) == null) {
                form.put(name.group(1), value);
            } else {
                form.withArray(name.group(1))
                        .add(Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.ISO_8859_1)));
            }
        }
        return form;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
            byte[] body = exchange.getRequestBody().readAllBytes();
            String type = headers.getOrDefault("Content-Type", "");
            Seen request = new Seen(exchange.getRequestMethod(), exchange.getRequestURI().toString(), headers,
                    type.startsWith("multipart/form-data") ? form(body, type) : JSON.readTree(body));
            seen.add(request);
            Reply reply = next.poll();
            (reply == null ? usual : reply).to(exchange, request);
        }
    }
}
