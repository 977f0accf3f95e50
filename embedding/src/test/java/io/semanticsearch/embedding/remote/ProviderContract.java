package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.ModelDefinition;
import io.semanticsearch.embedding.RemoteModel;
import io.semanticsearch.embedding.Role;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every provider has to do, on a server that speaks its JSON. One class, although it is long, because it is what a provider extends. */
abstract class ProviderContract {

    static final String KEY = "sk-test-51xQ-do-not-tell";
    static final int DIMENSION = 4;
    static final Duration QUERY_TIMEOUT = Duration.ofSeconds(31);
    static final Duration DOCUMENT_TIMEOUT = Duration.ofSeconds(61);

    /** As they begin. */
    static final List<byte[]> IMAGES = List.of(new byte[]{(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 1, 2},
            new byte[]{(byte) 0xff, (byte) 0xd8, (byte) 0xff, 3, '\r', '\n', '-', '-'},
            new byte[]{'R', 'I', 'F', 'F', 0, 0, 0, 0, 'W', 'E', 'B', 'P', 4});

    final ProviderServer server = new ProviderServer(this::usual);
    final SteppedTimers timers = new SteppedTimers(QUERY_TIMEOUT, DOCUMENT_TIMEOUT, QUERY_TIMEOUT.dividedBy(2),
            DOCUMENT_TIMEOUT.dividedBy(2));
    RemoteModels models = models(options(1 << 20));

    /** Fields of a definition, without endpoint and credential. */
    abstract Map<String, Object> definition();

    /** Whether this is a request for vectors, and not another question. */
    abstract boolean isEmbedding(ProviderServer.Seen request);

    /** The texts of a request for vectors, in their order. */
    abstract List<String> texts(JsonNode request);

    /** The answer to it. */
    abstract JsonNode answer(JsonNode request, List<float[]> vectors);

    /** The body of an error. */
    abstract String error(int status, String message);

    /** The number of tokens that {@link #answer} tells of the call; empty where the provider does not. */
    abstract Optional<Integer> tokens(int texts);

    /** The answer to a call with a text that is too long, as the provider words it; empty where it has none. */
    abstract Optional<ProviderServer.Reply> tooLong();

    /** The answer to a call with a text that cannot be embedded; empty where it has none. */
    abstract Optional<ProviderServer.Reply> badText();

    /** Checks what tells documents and queries apart. */
    abstract void checkRoles(ProviderServer.Seen document, ProviderServer.Seen query);

    /** The number of dimensions that a request asks for. */
    abstract int dimensions(JsonNode request);

    /** What a definition of a model that reads images has in place of {@link #definition}; empty where the provider has none. */
    Map<String, Object> imageDefinition() {
        return Map.of();
    }

    /** The images that a request asks vectors of, in base64; none where it asks something else. */
    List<String> images(ProviderServer.Seen request) {
        return List.of();
    }

    /** Whether a request tells that its texts are for this task. */
    boolean tells(JsonNode request, String task) {
        return request.toString().contains("\"" + task + "\"");
    }

    /** Answers to questions that are none for vectors. */
    void other(HttpExchange exchange, ProviderServer.Seen request) throws IOException {
        ProviderServer.send(exchange, 404, "");
    }

    /** How a key is shown. */
    String shownKey(ProviderServer.Seen request) {
        return request.header("Authorization").orElse("").replace("Bearer ", "");
    }

    /** What the endpoint is, below the server's address. */
    String basePath() {
        return "";
    }

    @AfterEach
    final void close() {
        models.close();
        server.close();
    }

    @Test
    void a_model_is_proved_when_it_is_opened() {
        RemoteFunction function = open(Map.of());
        assertEquals(DIMENSION, function.dimension());
        assertEquals(definition().get("provider"), function.space().provider());
        assertEquals(function.space().id(), function.facts().space());
        assertTrue(embeddings().stream().allMatch(request -> shownKey(request).equals(KEY)), "the key was shown");
        RemoteFunction again = models.open((RemoteModel) define(Map.of()), function.facts());
        assertEquals(function.facts(), again.facts());
    }

    @Test
    void documents_and_queries_are_told_apart() {
        RemoteFunction function = open(Map.of());
        server.seen.clear();
        get(function.embed(Role.DOCUMENT, List.of("red apples")));
        get(function.embed(Role.QUERY, List.of("red apples")));
        checkRoles(server.seen.get(0), server.seen.get(1));
    }

    @Test
    void result_i_belongs_to_text_i_over_several_calls() {
        RemoteFunction function = open(Map.of());
        int most = Providers.of((String) definition().get("provider")).limits((RemoteModel) define(Map.of())).items();
        List<String> texts = IntStream.rangeClosed(0, most).mapToObj(i -> "text " + i).toList();
        server.seen.clear();
        List<Embedding> embeddings = get(function.embed(Role.DOCUMENT, texts));
        assertEquals(most + 1, embeddings.size());
        for (int i = 0; i <= most; i++) {
            assertVector(function, Role.DOCUMENT, texts.get(i), embeddings.get(i));
        }
        assertEquals(Set.of(most, 1), Set.copyOf(embeddings().stream().map(request -> texts(request.body()).size()).toList()));
    }

    @Test
    void a_blank_text_is_nothing_and_is_not_sent() {
        RemoteFunction function = open(Map.of());
        server.seen.clear();
        assertEquals(List.of(Embedding.NOTHING, Embedding.NOTHING), get(function.embed(Role.QUERY, List.of("", " \n\t"))));
        assertEquals(List.of(), server.seen);
        List<Embedding> mixed = get(function.embed(Role.QUERY, List.of("", "red apples")));
        assertEquals(Embedding.NOTHING, mixed.getFirst());
        assertVector(function, Role.QUERY, "red apples", mixed.getLast());
        assertEquals(1, texts(embeddings().getFirst().body()).size());
    }

    @Test
    void dimensions_are_asked_for_and_checked() {
        RemoteFunction function = open(Map.of("dimensions", DIMENSION));
        assertEquals(DIMENSION, function.dimension());
        assertTrue(embeddings().stream().allMatch(request -> dimensions(request.body()) == DIMENSION));
    }

    @Test
    void usage_is_counted() {
        RemoteFunction function = open(Map.of());
        long before = function.stats().tokens();
        get(function.embed(Role.DOCUMENT, List.of("red", "green", "blue")));
        assertEquals((long) tokens(3).orElse(0), function.stats().tokens() - before);
        assertEquals(3, function.stats().texts() - 2, "two texts were the proof");
    }

    @Test
    void too_many_requests_are_tried_again_when_the_server_says() {
        RemoteFunction function = open(Map.of());
        server.reply(ProviderServer.json(429, error(429, "slow down"), "Retry-After", "7"));
        CompletableFuture<List<Embedding>> future = function.embed(Role.QUERY, List.of("red apples"));
        Duration pause = timers.endPause();
        assertTrue(pause.toMillis() >= 7000 && pause.toMillis() <= 7700, "paused " + pause);
        assertVector(function, Role.QUERY, "red apples", get(future).getFirst());
        assertEquals(1, function.stats().retries());
        assertEquals("closed", function.stats().breaker());
    }

    @Test
    void a_failing_server_is_tried_again_at_growing_distances() {
        RemoteFunction function = open(Map.of());
        server.reply(ProviderServer.json(500, error(500, "oops")), ProviderServer.cutOff(),
                ProviderServer.json(503, error(503, "not now")));
        CompletableFuture<List<Embedding>> future = function.embed(Role.DOCUMENT, List.of("red apples"));
        for (int most = 1; most <= 4; most *= 2) {
            long pause = timers.endPause().toMillis();
            assertTrue(pause >= most * 500 && pause <= most * 1000,
                    "paused " + pause + " ms, expected half to all of " + most + " s");
        }
        assertVector(function, Role.DOCUMENT, "red apples", get(future).getFirst());
        assertEquals(3, function.stats().retries());
    }

    @Test
    void a_wrong_count_is_an_error() {
        RemoteFunction function = open(Map.of());
        server.reply((exchange, request) -> ProviderServer.send(exchange, 200,
                answer(request.body(), List.of(vector("a"))).toString()));
        EmbeddingException e = failure(function.embed(Role.DOCUMENT, List.of("a", "b")));
        assertInstanceOf(EmbeddingException.BrokenModel.class, e);
        assertTrue(e.getMessage().endsWith("returned [1] vectors for [2] texts"), e.getMessage());
    }

    @Test
    void a_wrong_dimension_is_an_error() {
        RemoteFunction function = open(Map.of());
        server.reply((exchange, request) -> ProviderServer.send(exchange, 200,
                answer(request.body(), List.of(new float[]{1, 2, 3})).toString()));
        EmbeddingException e = failure(function.embed(Role.DOCUMENT, List.of("a")));
        assertInstanceOf(EmbeddingException.BrokenModel.class, e);
        assertTrue(e.getMessage().contains("returned a vector of [3] dimensions, expected [4]"), e.getMessage());
    }

    @Test
    void numbers_that_are_none_refuse_their_text_alone() {
        RemoteFunction function = open(Map.of());
        server.reply((exchange, request) -> ProviderServer.send(exchange, 200,
                answer(request.body(), List.of(vector("a"), new float[]{1, Float.NaN, 0, 0})).toString().replace("\"NaN\"",
                        "NaN")));
        List<Embedding> embeddings = get(function.embed(Role.DOCUMENT, List.of("a", "b")));
        assertInstanceOf(Embedding.Vector.class, embeddings.getFirst());
        Embedding.Refused refused = assertInstanceOf(Embedding.Refused.class, embeddings.getLast());
        assertTrue(refused.reason().endsWith("it returned [NaN] in the vector of this text"), refused.reason());
    }

    @Test
    void a_text_at_fault_is_refused_alone() {
        assumeTrue(badText().isPresent(), "the provider has no error for a single text");
        RemoteFunction function = open(Map.of());
        poison("poison", badText().get());
        List<String> texts = List.of("a", "b", "poison", "c", "d");
        List<Embedding> embeddings = get(function.embed(Role.DOCUMENT, texts));
        for (int i = 0; i < texts.size(); i++) {
            if (i == 2) {
                assertInstanceOf(Embedding.Refused.class, embeddings.get(i));
            } else {
                assertVector(function, Role.DOCUMENT, texts.get(i), embeddings.get(i));
            }
        }
        assertEquals(1, function.stats().refused());
    }

    @Test
    void a_long_text_is_cut_and_told() {
        assumeTrue(tooLong().isPresent(), "the provider cuts texts itself");
        RemoteFunction function = open(Map.of("long_text", "truncate"));
        String text = "word ".repeat(200);
        tooLongOver(300);
        List<Embedding> embeddings = get(function.embed(Role.DOCUMENT, List.of("a", text)));
        assertFalse(assertInstanceOf(Embedding.Vector.class, embeddings.getFirst()).truncated());
        assertTrue(assertInstanceOf(Embedding.Vector.class, embeddings.getLast()).truncated());
        assertEquals(1, function.stats().truncated());
    }

    @Test
    void a_long_text_is_refused_where_it_is_to_be() {
        assumeTrue(tooLong().isPresent(), "the provider cuts texts itself");
        RemoteFunction function = open(Map.of("long_text", "error"));
        tooLongOver(300);
        List<Embedding> embeddings = get(function.embed(Role.DOCUMENT, List.of("a", "word ".repeat(200))));
        assertInstanceOf(Embedding.Vector.class, embeddings.getFirst());
        assertInstanceOf(Embedding.Refused.class, embeddings.getLast());
    }

    @Test
    void a_long_text_is_averaged_where_it_is_to_be() {
        assumeTrue(tooLong().isPresent(), "the provider cuts texts itself");
        RemoteFunction function = open(Map.of("long_text", "mean"));
        tooLongOver(300);
        server.seen.clear();
        List<Embedding> embeddings = get(function.embed(Role.DOCUMENT, List.of("word ".repeat(100))));
        assertFalse(assertInstanceOf(Embedding.Vector.class, embeddings.getFirst()).truncated());
        assertEquals(3, embeddings().size(), "the whole and its halves");
    }

    @Test
    void a_wrong_key_is_not_tried_again_and_not_told() {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (PrintStream both = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
            System.setOut(both);
            System.setErr(both);
            RemoteFunction function = open(Map.of());
            server.seen.clear();
            server.reply(ProviderServer.json(401, error(401, "Incorrect API key provided: " + KEY + ".")));
            EmbeddingException e = failure(function.embed(Role.QUERY, List.of("red apples")));
            assertInstanceOf(EmbeddingException.BadRequest.class, e);
            assertEquals(1, server.seen.size());
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            both.println(trace);
            both.println(
                    function.stats() + " " + function.facts() + " " + function + " " + define(Map.of()) + " " + credential());
            both.println(Thread.getAllStackTraces().keySet());
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        String all = printed.toString(StandardCharsets.UTF_8);
        assertTrue(all.contains("status [401]"), all);
        assertFalse(all.contains(KEY), all);
    }

    @Test
    void an_unknown_task_names_the_known_ones() {
        EmbeddingException e = failure(models.open((RemoteModel) define(Map.of("task", Map.of("query", "no-such-task")))));
        assertInstanceOf(EmbeddingException.BadRequest.class, e);
        List<String> known = Providers.of((String) definition().get("provider")).tasks((RemoteModel) define(Map.of())).known();
        String expected = known.isEmpty() ? "none, for this model has no tasks" : "one of " + known;
        assertTrue(e.getMessage().contains("[task.query] is [no-such-task], expected " + expected), e.getMessage());
    }

    @Test
    void every_task_is_told() {
        List<String> known = Providers.of((String) definition().get("provider")).tasks((RemoteModel) define(Map.of())).known();
        assumeTrue(!known.isEmpty(), "the provider knows no tasks");
        for (String task : known) {
            RemoteFunction function = open(Map.of("task", Map.of("query", task)));
            server.seen.clear();
            get(function.embed(Role.QUERY, List.of("red apples")));
            assertTrue(tells(server.seen.getFirst().body(), task), task + " in " + server.seen.getFirst().body());
        }
    }

    @Test
    void images_are_embedded() {
        assumeTrue(!imageDefinition().isEmpty(), "the provider reads no images");
        RemoteFunction function = open(imageDefinition());
        assertTrue(function.facts().notes().toString().contains("reads images, too"), function.facts().notes().toString());
        server.seen.clear();
        List<Embedding> embeddings = get(function.embedImages(Role.DOCUMENT,
                List.of(IMAGES.get(0), "no image".getBytes(StandardCharsets.UTF_8), IMAGES.get(1), IMAGES.get(2))));
        assertImage(IMAGES.get(0), embeddings.get(0));
        assertTrue(assertInstanceOf(Embedding.Refused.class, embeddings.get(1)).reason()
                .endsWith("the image is of an unknown format, expected PNG, JPEG or WebP"));
        assertImage(IMAGES.get(1), embeddings.get(2));
        assertImage(IMAGES.get(2), embeddings.get(3));
        assertEquals(IMAGES.stream().map(Base64.getEncoder()::encodeToString).toList(),
                server.seen.stream().flatMap(request -> images(request).stream()).toList());
        assertTrue(server.seen.stream().allMatch(request -> shownKey(request).equals(KEY)), "the key was shown");
    }

    @Test
    void an_image_at_fault_is_refused_alone() {
        assumeTrue(!imageDefinition().isEmpty(), "the provider reads no images");
        RemoteFunction function = open(imageDefinition());
        String bad = Base64.getEncoder().encodeToString(IMAGES.get(1));
        ProviderServer.Reply choice = (exchange, request) -> {
            if (images(request).contains(bad)) {
                ProviderServer.send(exchange, 413, error(413, "too large"));
            } else {
                server.usual(exchange, request);
            }
        };
        server.reply(choice, choice, choice, choice, choice);
        List<Embedding> embeddings = get(function.embedImages(Role.QUERY, IMAGES));
        assertImage(IMAGES.get(0), embeddings.get(0));
        assertInstanceOf(Embedding.Refused.class, embeddings.get(1));
        assertImage(IMAGES.get(2), embeddings.get(2));
    }

    @Test
    void images_are_refused_where_the_model_reads_none() {
        assumeTrue(Providers.of((String) definition().get("provider")).images((RemoteModel) define(Map.of())).isEmpty(),
                "the model reads images");
        EmbeddingException e = failure(open(Map.of()).embedImages(Role.DOCUMENT, IMAGES));
        assertInstanceOf(EmbeddingException.BadRequest.class, e);
        assertTrue(e.getMessage().contains(" reads no images"), e.getMessage());
    }

    @Test
    void an_error_page_is_shortened() {
        RemoteFunction function = open(Map.of());
        server.reply(ProviderServer.json(400, "<html>" + "x".repeat(200_000)));
        EmbeddingException e = failureOrRefusal(function);
        assertTrue(e.getMessage().length() < 1000, "has [" + e.getMessage().length() + "] characters");
    }

    /** The failure, or the reason of the only text, as an exception. */
    private EmbeddingException failureOrRefusal(RemoteFunction function) {
        try {
            Embedding embedding = get(function.embed(Role.QUERY, List.of("red apples"))).getFirst();
            return new EmbeddingException.BadRequest(assertInstanceOf(Embedding.Refused.class, embedding).reason());
        } catch (EmbeddingException e) {
            return e;
        }
    }

    // What tests are made of.

    final RemoteOptions options(long maxAnswerBytes) {
        RemoteOptions defaults = RemoteOptions.defaults();
        return new RemoteOptions(QUERY_TIMEOUT, DOCUMENT_TIMEOUT, defaults.connectTimeout(), defaults.retries(),
                defaults.maxDelay(), 2, 4,
                defaults.breakerFailures(), defaults.breakerPause(), maxAnswerBytes, Optional.empty(), Optional.empty(),
                "test-agent");
    }

    final RemoteModels models(RemoteOptions options) {
        return new RemoteModels(options, EndpointRules.defaults(),
                name -> name.equals("mine") ? Optional.of(credential()) : Optional.empty(), timers, new Random(7));
    }

    static Credential credential() {
        return new Credential(KEY, Set.of("127.0.0.1"));
    }

    final ModelDefinition define(Map<String, Object> more) {
        Map<String, Object> body = new HashMap<>(definition());
        body.put("endpoint", server.url() + basePath());
        body.put("credential", "mine");
        body.putAll(more);
        return ModelDefinition.of("m", body);
    }

    final RemoteFunction open(Map<String, Object> more) {
        return get(models.open((RemoteModel) define(more)));
    }

    final List<ProviderServer.Seen> embeddings() {
        return server.seen.stream().filter(this::isEmbedding).toList();
    }

    /** Answers so when a text has that word, else as usual. */
    final void poison(String word, ProviderServer.Reply reply) {
        refuse(text -> text.contains(word), reply);
    }

    private void tooLongOver(int characters) {
        refuse(text -> text.length() > characters, tooLong().get());
    }

    private void refuse(Predicate<String> text, ProviderServer.Reply reply) {
        ProviderServer.Reply choice = (exchange, request) -> {
            if (texts(request.body()).stream().anyMatch(text) && !cutsItself(request.body())) {
                reply.to(exchange, request);
            } else {
                server.usual(exchange, request);
            }
        };
        server.reply(IntStream.range(0, 50).mapToObj(i -> choice).toArray(ProviderServer.Reply[]::new));
    }

    /** Whether the server was told to cut long texts. */
    boolean cutsItself(JsonNode request) {
        return false;
    }

    private void usual(HttpExchange exchange, ProviderServer.Seen request) throws IOException {
        List<String> images = images(request);
        if (!images.isEmpty()) {
            ProviderServer.send(exchange, 200,
                    answer(request.body(), images.stream().map(ProviderContract::vector).toList()).toString());
        } else if (isEmbedding(request)) {
            ProviderServer.send(exchange, 200,
                    answer(request.body(), texts(request.body()).stream().map(ProviderContract::vector).toList()).toString());
        } else {
            other(exchange, request);
        }
    }

    /** What the server computes of a text; not of length 1. */
    static float[] vector(String text) {
        Random random = new Random(text.hashCode());
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = random.nextFloat() * 4 - 2;
        }
        return vector;
    }

    static void assertVector(RemoteFunction function, Role role, String text, Embedding embedding) {
        float[] expected = Vectors.unit(vector(function.space().prompts().of(role) + text));
        assertArrayEquals(expected, assertInstanceOf(Embedding.Vector.class, embedding).values(), 1e-6f);
    }

    private static void assertImage(byte[] file, Embedding embedding) {
        Embedding.Vector vector = assertInstanceOf(Embedding.Vector.class, embedding);
        assertArrayEquals(Vectors.unit(vector(Base64.getEncoder().encodeToString(file))), vector.values(), 1e-6f);
        assertEquals(0, vector.tokens());
    }

    static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw EmbeddingException.of(e);
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    static EmbeddingException failure(CompletableFuture<?> future) {
        return assertThrows(EmbeddingException.class, () -> get(future));
    }
}
