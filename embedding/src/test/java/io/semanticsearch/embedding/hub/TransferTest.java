package io.semanticsearch.embedding.hub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.hub.LoopbackHub.Seen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How the bytes of a file come, also when they do not come as they should. */
@Timeout(120)
class TransferTest {

    private static final String WEIGHTS = "model.safetensors";
    private static final String STORED = "storage:" + WEIGHTS;
    private static final int CUT = 123_456;

    @TempDir
    private Path folder;
    private LoopbackHub server;
    private byte[] weights;

    @BeforeEach
    void start() throws IOException {
        server = new LoopbackHub();
        server.add("tokenizer.json", 500);
        weights = server.add(WEIGHTS, 300_000);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void what_breaks_off_goes_on_where_it_ended() throws IOException {
        server.fault(STORED, LoopbackHub.truncated(weights, CUT));
        assertFetched();
        List<Seen> requests = server.storageRequests();
        assertEquals(2, requests.size());
        assertEquals(Optional.empty(), requests.getFirst().header("Range"));
        long start = Long.parseLong(requests.getLast().header("Range").orElseThrow().replaceAll("bytes=(\\d+)-", "$1"));
        // What was still on its way when the connection broke may be lost, no more.
        assertTrue(start > 0 && start <= CUT, "start: " + start);
        assertEquals(Optional.of(LoopbackHub.tag(weights)), requests.getLast().header("If-Range"));
        // Each request is made to the endpoint: the address of the storage expires.
        assertEquals(2, server.seen.stream().filter(request -> request.path().endsWith("/" + WEIGHTS)
                && request.path().contains("/resolve/")).count());
    }

    @Test
    void what_stops_without_an_end_goes_on_where_it_stopped() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        server.fault(STORED, exchange -> {
            exchange.sendResponseHeaders(200, weights.length);
            exchange.getResponseBody().write(weights, 0, CUT);
            exchange.getResponseBody().flush();
            try {
                done.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        });
        HubOptions all = server.options();
        HubOptions hurried = new HubOptions(all.endpoint(), all.token(), false, all.proxy(), all.connectTimeout(),
                Duration.ofMillis(500),
                all.patience(), all.maxBytes(), all.userAgent());
        try (HubModels hub = new HubModels(folder, hurried)) {
            HubCopy copy = hub.fetch(LoopbackHub.MAIN, new CompletableFuture<>());
            assertArrayEquals(weights, Files.readAllBytes(copy.folder().resolve(WEIGHTS)));
        }
        done.countDown();
        assertEquals(Optional.of("bytes=" + CUT + "-"), server.storageRequests().getLast().header("Range"));
    }

    @Test
    void another_process_goes_on_where_one_ended() throws IOException {
        server.fault(STORED, LoopbackHub.truncated(weights, CUT));
        server.fault(STORED, LoopbackHub.status(403));
        server.fault(STORED, LoopbackHub.status(503, "Retry-After", "1000"));
        assertThrows(EmbeddingException.Unavailable.class, this::fetch);
        Path part = folder.resolve("acme/tiny-embed/parts/" + "a".repeat(40) + "/" + WEIGHTS + ".part");
        long length = Files.size(part);
        assertTrue(length > 0, "length: " + length);
        try (HubModels hub = new HubModels(folder, server.options())) {
            assertEquals(Optional.empty(), hub.find(LoopbackHub.MAIN), "half a copy is none");
        }
        server.seen.clear();
        assertFetched();
        assertEquals(Optional.of("bytes=" + length + "-"), server.storageRequests().getFirst().header("Range"));
        assertFalse(Files.exists(part));
    }

    @Test
    void a_part_that_is_whole_is_checked_and_not_fetched() throws IOException {
        Path part = folder.resolve("acme/tiny-embed/parts/" + "a".repeat(40) + "/" + WEIGHTS + ".part");
        Files.createDirectories(part.getParent());
        Files.write(part, weights);
        assertFetched();
        assertEquals(List.of(), server.storageRequests());
    }

    @Test
    void a_server_that_knows_no_ranges_begins_again() throws IOException {
        server.fault(STORED, LoopbackHub.truncated(weights, CUT));
        server.fault(STORED, LoopbackHub.body(weights));
        assertFetched();
        assertEquals(2, server.storageRequests().size());
    }

    @Test
    void a_part_of_something_else_begins_again() throws IOException {
        byte[] old = Arrays.copyOf(weights, weights.length);
        old[0]++;
        server.fault(STORED, LoopbackHub.truncated(old, CUT));
        assertFetched();
        assertEquals(Optional.of(LoopbackHub.tag(old)), server.storageRequests().getLast().header("If-Range"));
        assertEquals(2, server.storageRequests().size(), "the server saw that its file is another, and sent all of it");
    }

    @Test
    void a_part_that_does_not_fit_what_follows_is_thrown_away() throws IOException {
        Path part = folder.resolve("acme/tiny-embed/parts/" + "a".repeat(40) + "/" + WEIGHTS + ".part");
        Files.createDirectories(part.getParent());
        Files.write(part, new byte[1000]);
        assertFetched();
        assertEquals(List.of(Optional.of("bytes=1000-"), Optional.empty()),
                server.storageRequests().stream().map(request -> request.header("Range")).toList());
    }

    @Test
    void a_range_that_the_server_refuses_begins_again() throws IOException {
        server.fault(STORED, LoopbackHub.truncated(weights, CUT));
        server.fault(STORED, LoopbackHub.status(416));
        assertFetched();
        assertEquals(List.of(false, true, false), ranges());
    }

    @Test
    void a_range_that_is_not_the_one_asked_for_begins_again() throws IOException {
        // Twice, and further each time: what is added wrongly would be found out as wrong bytes, and those only once.
        for (int end : new int[]{CUT, 2 * CUT}) {
            server.fault(STORED, LoopbackHub.truncated(weights, end));
            server.fault(STORED, exchange -> {
                int rest = weights.length
                        - Integer.parseInt(exchange.getRequestHeaders().getFirst("Range").replaceAll("\\D", ""));
                exchange.getResponseHeaders().add("Content-Range", "bytes 7-" + (rest + 6) + "/" + weights.length);
                exchange.sendResponseHeaders(206, rest);
                exchange.getResponseBody().write(weights, 7, rest);
            });
        }
        assertFetched();
        assertEquals(List.of(false, true, false, true, false), ranges());
    }

    @Test
    void wrong_bytes_are_fetched_once_more() throws IOException {
        byte[] wrong = Arrays.copyOf(weights, weights.length);
        wrong[200_000]++;
        server.fault(STORED, LoopbackHub.body(wrong));
        assertFetched();
        assertEquals(List.of(Optional.empty(), Optional.empty()),
                server.storageRequests().stream().map(request -> request.header("Range")).toList(), "from the start");
    }

    @Test
    void wrong_bytes_twice_are_an_error_and_leave_nothing() {
        byte[] wrong = Arrays.copyOf(weights, weights.length);
        wrong[200_000]++;
        server.fault(STORED, LoopbackHub.body(wrong));
        server.fault(STORED, LoopbackHub.body(wrong));
        Exception e = assertThrows(EmbeddingException.BrokenModel.class, this::fetch);
        assertEquals(
                "model [hf:acme/tiny-embed] at revision [main]: file [model.safetensors] is not what the repository lists, twice:"
                        + " expected [SHA-256 " + LoopbackHub.sha256(weights) + "], got [SHA-256 " + LoopbackHub.sha256(wrong)
                        + "]; something between this node and [" + server.uri()
                        + "/] changes files, or the repository is damaged",
                e.getMessage());
        assertFalse(Files.exists(folder.resolve("acme/tiny-embed/" + "a".repeat(40) + "/" + WEIGHTS)));
        assertFalse(Files.exists(folder.resolve("acme/tiny-embed/parts/" + "a".repeat(40) + "/" + WEIGHTS + ".part")));
    }

    @Test
    void a_small_file_is_checked_as_git_names_it() {
        byte[] wrong = new byte[500];
        server.fault("/api/resolve-cache/models/acme/tiny-embed/tokenizer.json", LoopbackHub.body(wrong));
        server.fault("/api/resolve-cache/models/acme/tiny-embed/tokenizer.json", LoopbackHub.body(wrong));
        Exception e = assertThrows(EmbeddingException.BrokenModel.class, this::fetch);
        assertTrue(e.getMessage()
                .contains("expected [SHA-1 " + LoopbackHub.gitBlob(server.files.get("tokenizer.json")) + "], got [SHA-1 "
                        + LoopbackHub.gitBlob(wrong) + "]"),
                e.getMessage());
    }

    @Test
    void a_list_that_lies_about_a_size_is_found_out() {
        changeWeights(file -> ((ObjectNode) file.path("lfs")).put("size", 299_999));
        Exception e = assertThrows(EmbeddingException.BrokenModel.class, this::fetch);
        assertTrue(e.getMessage().contains("twice: expected [299999] bytes, got [300000] or more;"), e.getMessage());
    }

    @Test
    void a_body_longer_than_it_should_be_is_not_read_to_its_end() throws IOException {
        server.fault(STORED, exchange -> {
            exchange.sendResponseHeaders(200, 0);
            // Chunked, without end: only a reader that goes away ends it.
            while (true)
                exchange.getResponseBody().write(new byte[1 << 16]);
        });
        assertFetched();
        assertEquals(2, server.storageRequests().size());
    }

    @Test
    void what_the_list_does_not_say_the_answer_says() throws IOException {
        changeWeights(file -> {
            file.remove("lfs");
            file.remove("blobId");
            file.remove("size");
        });
        byte[] wrong = new byte[weights.length];
        server.fault(STORED, LoopbackHub.body(wrong));
        assertFetched();
        assertEquals(2, server.storageRequests().size(), "X-Linked-Etag told that the first was wrong");
    }

    @Test
    void an_answer_from_another_commit_is_not_used() throws IOException {
        server.fault(WEIGHTS,
                LoopbackHub.status(302, "X-Repo-Commit", "f".repeat(40), "Location", server.storage() + "/" + WEIGHTS));
        assertFetched();
        assertEquals(2, server.storageRequests().size());
    }

    @Test
    void an_empty_file_is_a_file() throws IOException {
        server.add("special_tokens_map.json", 0);
        assertEquals(0, Files.size(fetch().folder().resolve("special_tokens_map.json")));
    }

    private List<Boolean> ranges() {
        return server.storageRequests().stream().map(request -> request.header("Range").isPresent()).toList();
    }

    private void changeWeights(Consumer<ObjectNode> change) {
        server.list = root -> {
            root.path("siblings").forEach(file -> {
                if (file.path("rfilename").asText().equals(WEIGHTS)) change.accept((ObjectNode) file);
            });
            return root;
        };
    }

    private HubCopy fetch() {
        try (HubModels hub = new HubModels(folder, server.options())) {
            return hub.fetch(LoopbackHub.MAIN, new CompletableFuture<>());
        }
    }

    private void assertFetched() throws IOException {
        assertArrayEquals(weights, Files.readAllBytes(fetch().folder().resolve(WEIGHTS)));
    }
}
