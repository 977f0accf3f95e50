package io.semanticsearch.embedding.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.embedding.EmbeddingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What users are told, and when it is tried again. */
@Timeout(120)
class HubErrorsTest {

    private static final String TOKEN = "hf_NobodyMaySeeThis";

    @TempDir
    private Path folder;
    private LoopbackHub server;

    @BeforeEach
    void start() throws IOException {
        server = new LoopbackHub();
        server.add("tokenizer.json", 500);
        server.add("model.safetensors", 5_000);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void a_repository_that_is_not_there_or_private() {
        Exception e = assertThrows(EmbeddingException.BadRequest.class,
                () -> fetch(server.options(), new HubReference("acme/other")));
        assertEquals(
                "model [hf:acme/other] at revision [main]: the list of its files cannot be fetched: [127.0.0.1] answered with status"
                        + " [401] (RepoNotFound): there is no repository [acme/other], or it is private, and this node has no token; check the"
                        + " name, or give this node a token that may read it",
                e.getMessage());
        assertEquals(1, server.seen.size(), "not tried again");
    }

    @Test
    void a_revision_that_is_not_there() {
        Exception e = assertThrows(EmbeddingException.BadRequest.class,
                () -> fetch(server.options(), new HubReference(LoopbackHub.REPOSITORY, "v9", Optional.empty())));
        assertEquals(
                "model [hf:acme/tiny-embed] at revision [v9]: the list of its files cannot be fetched: [127.0.0.1] answered with status"
                        + " [404] (RevisionNotFound): [acme/tiny-embed] has no revision [v9]; name a branch, a tag or a commit that it has",
                e.getMessage());
    }

    @Test
    void a_file_that_is_not_there() {
        HubReference half = new HubReference(LoopbackHub.REPOSITORY, "main", Optional.of("onnx/model_fp16.onnx"));
        server.add("onnx/model_int8.onnx", 2_000);
        Exception e = assertThrows(EmbeddingException.BadRequest.class, () -> fetch(server.options(), half));
        assertEquals(
                "model [hf:acme/tiny-embed] at revision [main] with [onnx/model_fp16.onnx]: there is no such file, the repository has"
                        + " [onnx/model_int8.onnx]",
                e.getMessage());
    }

    @Test
    void a_listed_file_that_is_gone() {
        server.fault("model.safetensors", LoopbackHub.status(404, "X-Error-Code", "EntryNotFound"));
        Exception e = assertThrows(EmbeddingException.BadRequest.class, () -> fetch(server.options(), LoopbackHub.MAIN));
        assertTrue(e.getMessage().contains("file [model.safetensors] cannot be fetched: [127.0.0.1] answered with status [404]"
                + " (EntryNotFound): this revision has no such file"), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"401,GatedRepo,is gated and the token of this node does not open it; accept its terms on",
        "403,GatedRepo,is gated and the token",
        "403,,'may not be read: it is gated, private or disabled, and the token of this node does not open it; look at its page on'",
        "404,RepoNotFound,there is no repository [acme/tiny-embed]; check the name",
        "404,,there is no revision [main] or no repository [acme/tiny-embed]; check the name",
        "400,,the endpoint does not understand; check that"})
    void a_refusal_says_what_to_do_and_shows_no_token(int status, String code, String expected) {
        String[] echo = {"X-Error-Message", "bad token " + TOKEN, "X-Error-Code", code == null ? TOKEN : code};
        server.fault("list", LoopbackHub.status(status, echo));
        HubOptions options = server.options(() -> Optional.of(TOKEN));
        EmbeddingException e = assertThrows(EmbeddingException.BadRequest.class, () -> fetch(options, LoopbackHub.MAIN));
        assertTrue(e.getMessage().contains(expected), e.getMessage());
        assertTrue(e.getMessage().contains("answered with status [" + status + "]"), e.getMessage());
        assertFalse(e.getMessage().contains(TOKEN), e.getMessage());
        assertEquals(1, server.seen.size(), "not tried again");
    }

    @Test
    void too_many_requests_wait_as_long_as_asked() {
        server.fault("list", LoopbackHub.status(429, "Retry-After", "2"));
        assertTrue(fetchTime() >= 1_900, "waited");
        assertEquals(2, server.seen.stream().filter(request -> request.path().contains("/revision/")).count());
    }

    @Test
    void the_end_of_the_window_and_a_date_are_understood() {
        server.fault("list", LoopbackHub.status(429, "RateLimit", "\"resolvers\";r=0;t=2"));
        assertTrue(fetchTime() >= 1_900, "waited");
        String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC).plusHours(1));
        server.fault("list", LoopbackHub.status(503, "Retry-After", date));
        Exception e = assertThrows(EmbeddingException.Unavailable.class,
                () -> fetch(server.options(),
                        new HubReference(LoopbackHub.REPOSITORY, "a".repeat(40), Optional.of("onnx/m.onnx"))));
        assertTrue(e.getMessage().matches(".*asks to be left alone for \\[3(59\\d|600)] seconds.*"), e.getMessage());
    }

    @Test
    void a_wait_beyond_all_patience_is_an_error_at_once() {
        server.fault("list", LoopbackHub.status(429, "Retry-After", "250"));
        Exception e = assertThrows(EmbeddingException.Unavailable.class, () -> fetch(server.options(), LoopbackHub.MAIN));
        assertEquals("model [hf:acme/tiny-embed] at revision [main]: the list of its files at [" + server.uri()
                + "/] cannot be fetched:"
                + " [127.0.0.1] answered with status [429], too many requests; with a token more are allowed; it asks to be left alone for"
                + " [250] seconds; gave up after [5] seconds without a new byte. Check the network, the proxy and the endpoint; another try"
                + " goes on where this one ended", e.getMessage());
        assertEquals(1, server.seen.size());
    }

    @Test
    void servers_that_fail_are_asked_again() {
        server.fault("list", LoopbackHub.status(500));
        server.fault("model.safetensors", LoopbackHub.status(502));
        server.fault("storage:model.safetensors", LoopbackHub.status(403));
        assertEquals("a".repeat(40), fetch(server.options(), LoopbackHub.MAIN).commit());
    }

    @Test
    void an_endpoint_that_is_not_there() {
        HubOptions all = server.options();
        server.close();
        HubOptions hurried = new HubOptions(all.endpoint(), all.token(), false, all.proxy(), all.connectTimeout(),
                all.readTimeout(),
                Duration.ofSeconds(1), all.maxBytes(), all.userAgent());
        EmbeddingException e = assertThrows(EmbeddingException.Unavailable.class, () -> fetch(hurried, LoopbackHub.MAIN));
        assertTrue(e.getMessage().contains("cannot be fetched: ConnectException: Failed to connect to /127.0.0.1:"),
                e.getMessage());
        assertEquals(503, e.status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x.json", "/etc/passwd", "a/../../x", "a//b", "a/./b", "C:\\x", "a\\..\\b", "..", "", "a\nb"})
    void a_listed_name_that_leads_out_is_refused(String name) {
        server.list = root -> {
            root.withArray("siblings").addObject().put("rfilename", name).put("size", 5);
            return root;
        };
        Exception e = assertThrows(EmbeddingException.class, () -> fetch(server.options(), LoopbackHub.MAIN));
        assertTrue(e.getMessage().contains("it lists [" + name + "], which is no path within a folder"), e.getMessage());
        assertFalse(Files.exists(folder.resolve("acme/tiny-embed")));
    }

    @Test
    void an_answer_that_is_no_list_is_refused() {
        List<Object> answers = List.of("text", List.of(), new ObjectMapper().createObjectNode());
        for (Object answer : answers) {
            server.list = root -> answer;
            Exception e = assertThrows(EmbeddingException.class, () -> fetch(server.options(), LoopbackHub.MAIN));
            assertTrue(e.getMessage().contains("it names no commit in [sha]"), e.getMessage());
        }
        server.list = root -> root.put("filler", "x".repeat(16 << 20));
        Exception e = assertThrows(EmbeddingException.class, () -> fetch(server.options(), LoopbackHub.MAIN));
        assertTrue(e.getMessage().contains("it has more than [16777216] bytes"), e.getMessage());
        server.fault("list", LoopbackHub.body("<html>".getBytes(StandardCharsets.UTF_8)));
        e = assertThrows(EmbeddingException.class, () -> fetch(server.options(), LoopbackHub.MAIN));
        assertEquals("model [hf:acme/tiny-embed] at revision [main]: what came from [" + server.uri()
                + "/] is not the list of its files: it"
                + " is not JSON; check that this is a Hugging Face Hub or a mirror of it, and the proxy", e.getMessage());
    }

    @Test
    void a_list_of_another_commit_than_the_one_asked_for_is_refused() {
        server.list = root -> root.put("sha", "e".repeat(40));
        HubReference pinned = new HubReference(LoopbackHub.REPOSITORY, "a".repeat(40), Optional.empty());
        Exception e = assertThrows(EmbeddingException.class, () -> fetch(server.options(), pinned));
        assertTrue(e.getMessage().contains("it is about commit [" + "e".repeat(40) + "]"), e.getMessage());
    }

    @Test
    void sizes_that_add_up_beyond_all_numbers_are_too_large() {
        server.list = root -> {
            root.path("siblings").forEach(file -> ((ObjectNode) file).remove("lfs"));
            root.path("siblings").forEach(file -> ((ObjectNode) file).put("size", Long.MAX_VALUE));
            return root;
        };
        Exception e = assertThrows(EmbeddingException.BadRequest.class, () -> fetch(server.options(), LoopbackHub.MAIN));
        assertTrue(e.getMessage().contains("has [" + Long.MAX_VALUE + "] bytes or more"), e.getMessage());
    }

    private long fetchTime() {
        long start = System.nanoTime();
        fetch(server.options(), LoopbackHub.MAIN);
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }

    private HubCopy fetch(HubOptions options, HubReference reference) {
        try (HubModels hub = new HubModels(folder, options)) {
            return hub.fetch(reference, new CompletableFuture<>());
        }
    }
}
