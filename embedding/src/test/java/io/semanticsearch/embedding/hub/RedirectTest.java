package io.semanticsearch.embedding.hub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.hub.LoopbackHub.Seen;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where requests go, and who is shown the token. */
@Timeout(120)
class RedirectTest {

    private static final String WEIGHTS = "model.safetensors";
    private static final String TOKEN = "hf_NobodyMaySeeThis";

    @TempDir
    private Path folder;
    private LoopbackHub server;

    @BeforeEach
    void start() throws IOException {
        server = new LoopbackHub();
        server.add("tokenizer.json", 500);
        server.add(WEIGHTS, 5_000);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void the_endpoint_sees_the_token_and_nobody_else() {
        fetch(() -> Optional.of(TOKEN + "\n"));
        assertEquals(1, server.storageRequests().size());
        for (Seen request : server.seen) {
            boolean endpoint = request.host().startsWith("127.0.0.1");
            assertEquals(endpoint ? Optional.of("Bearer " + TOKEN) : Optional.empty(), request.header("Authorization"),
                    request.path());
        }
    }

    @Test
    void a_redirect_back_to_the_endpoint_does_not_get_the_token() {
        server.fault("storage:" + WEIGHTS, LoopbackHub.redirect(server.uri() + "/stolen"));
        server.fault("/stolen", LoopbackHub.body(server.files.get(WEIGHTS)));
        fetch(() -> Optional.of(TOKEN));
        Seen back = server.seen.stream().filter(request -> request.path().equals("/stolen")).findFirst().orElseThrow();
        assertEquals(Optional.empty(), back.header("Authorization"));
    }

    @Test
    void a_reloaded_token_is_used_at_once() {
        AtomicReference<Optional<String>> token = new AtomicReference<>(Optional.empty());
        server.fault("list", exchange -> {
            token.set(Optional.of(TOKEN));
            LoopbackHub.status(503).answer(exchange);
        });
        fetch(token::get);
        List<Seen> lists = server.seen.stream().filter(request -> request.path().contains("/revision/")).toList();
        assertEquals(List.of(Optional.empty(), Optional.of("Bearer " + TOKEN)),
                lists.stream().map(request -> request.header("Authorization")).toList());
    }

    @Test
    void a_token_that_is_none_is_refused_without_being_shown() {
        for (String bad : List.of("hf_with space", "hf_\u00e4", "a\nb", "x".repeat(5_000))) {
            Exception e = assertThrows(EmbeddingException.BadRequest.class, () -> fetch(() -> Optional.of(bad)));
            assertEquals("the token for models from [" + server.uri()
                    + "/] has characters that no token has, or too many; store it again,"
                    + " without quotes and line breaks", e.getMessage());
        }
        assertEquals(List.of(), server.seen);
    }

    @Test
    void a_token_is_not_sent_in_the_clear() {
        HubOptions all = server.options(() -> Optional.of(TOKEN));
        HubOptions clear = new HubOptions(URI.create("http://models.example"), all.token(), false, all.proxy(),
                all.connectTimeout(),
                all.readTimeout(), all.patience(), all.maxBytes(), all.userAgent());
        try (HubModels hub = new HubModels(folder, clear)) {
            Exception e = assertThrows(EmbeddingException.BadRequest.class,
                    () -> hub.fetch(LoopbackHub.MAIN, new CompletableFuture<>()));
            assertEquals(
                    "there is a token for models, and the endpoint [http://models.example/] is not https; a token is not sent in the"
                            + " clear: use https or remove the token",
                    e.getMessage());
        }
    }

    @Test
    void a_renamed_repository_is_followed() {
        server.fault("list",
                LoopbackHub.status(307, "Location", "/api/models/" + LoopbackHub.REPOSITORY + "/revision/main?blobs=true"));
        assertEquals("a".repeat(40), fetch(() -> Optional.of(TOKEN)).commit());
        assertTrue(server.seen.stream().filter(request -> request.path().contains("/revision/"))
                .allMatch(request -> request.header("Authorization").isPresent()), "the same host");
    }

    @Test
    void endless_redirects_end() {
        for (int i = 0; i < 20; i++) {
            server.fault(WEIGHTS, LoopbackHub.redirect("?again=" + i));
        }
        Exception e = assertThrows(EmbeddingException.Unavailable.class, () -> fetch(Optional::empty));
        assertEquals(
                "endpoint [" + server.uri() + "/] redirects more than [5] times, which is not followed; check the address of the"
                        + " endpoint, and the proxy",
                e.getMessage());
        assertEquals(6, server.seen.stream().filter(request -> request.path().endsWith(WEIGHTS)).count());
    }

    @Test
    void a_redirect_to_another_host_must_be_https() {
        for (String target : List.of("http://192.0.2.1/model.safetensors", "http://models.example/m", "ftp://127.0.0.1/m",
                "file:///etc/passwd")) {
            server.fault(WEIGHTS, LoopbackHub.redirect(target));
            Exception e = assertThrows(EmbeddingException.Unavailable.class, () -> fetch(() -> Optional.of(TOKEN)), target);
            assertTrue(e.getMessage().contains("which is not followed"), e.getMessage());
            assertFalse(e.getMessage().contains(TOKEN));
        }
    }

    @ParameterizedTest
    @CsvSource({"https://hub.example, https://hub.example/a, https://cdn.example/b, true",
        "https://hub.example, https://hub.example/a, http://hub.example/a, false",
        "https://hub.example, https://cdn.example/a, http://127.0.0.1/b, false",
        "https://127.0.0.1, https://127.0.0.1/a, http://127.0.0.1/b, false",
        "http://127.0.0.1, http://127.0.0.1/a, http://localhost:81/b, true",
        "http://127.0.0.1, http://127.0.0.1/a, http://[::1]/b, true",
        "http://127.0.0.1, https://cdn.example/a, http://127.0.0.1/b, false",
        "http://127.0.0.1, http://127.0.0.1/a, http://127.0.0.1.example/b, false",
        "http://127.0.0.1, http://127.0.0.1/a, http://10.0.0.1/b, false",
        "http://mirror.example, http://mirror.example/a, http://mirror.example/b, true",
        "http://mirror.example, http://mirror.example/a, http://mirror.example:81/b, false",
        "http://mirror.example, http://mirror.example/a, http://127.0.0.1/b, false",
        "http://mirror.example, http://mirror.example/a, https://cdn.example/b, true"})
    void where_a_redirect_may_lead(URI endpoint, String from, String to, boolean allowed) {
        try (HubClient client = new HubClient(with(endpoint, Optional.empty()))) {
            assertEquals(allowed, client.mayRedirect(HttpUrl.get(from), HttpUrl.get(to)));
        }
    }

    @Test
    void a_proxy_is_asked_in_place_of_the_endpoint() throws IOException {
        server.add(WEIGHTS, 900);
        InetSocketAddress proxy = new InetSocketAddress("127.0.0.1", server.uri().getPort());
        try (HubModels hub = new HubModels(folder, with(URI.create("http://models.example"), Optional.of(proxy)))) {
            HubCopy copy = hub.fetch(LoopbackHub.MAIN, new CompletableFuture<>());
            assertArrayEquals(server.files.get(WEIGHTS), Files.readAllBytes(copy.folder().resolve(WEIGHTS)));
        }
        assertTrue(server.seen.stream().allMatch(request -> request.host().equals("models.example")));
    }

    private HubOptions with(URI endpoint, Optional<InetSocketAddress> proxy) {
        HubOptions all = server.options();
        return new HubOptions(endpoint, all.token(), false, proxy, all.connectTimeout(), all.readTimeout(), all.patience(),
                all.maxBytes(),
                all.userAgent());
    }

    private HubCopy fetch(Supplier<Optional<String>> token) {
        try (HubModels hub = new HubModels(folder, server.options(token))) {
            return hub.fetch(LoopbackHub.MAIN, new CompletableFuture<>());
        }
    }
}
