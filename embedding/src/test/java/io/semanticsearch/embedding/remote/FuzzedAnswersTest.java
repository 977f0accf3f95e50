package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.Role;
import io.semanticsearch.fuzz.Mutations;
import io.semanticsearch.fuzz.Trials;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Whatever a provider answers, it is a vector of the right length for each text, or a failure that says whose it is; never anything else.
 * As bytes of an answer, without a connection.
 */
class FuzzedAnswersTest {

    private static final int INPUTS = 20_000;
    private static final int DIMENSION = 2;

    private static final String OPENAI = """
            {"object": "list", "model": "m", "data": [{"object": "embedding", "index": 1, "embedding": [0.6, 0.8]},
             {"object": "embedding", "index": 0, "embedding": "AACAPwAAAAA="}], "usage": {"prompt_tokens": 7, "total_tokens": 7}}""";

    /** A provider's definition, what it answers to two texts, and how it says that something is wrong. */
    private record Wire(String provider, String definition, String vectors, String check, String error) {}

    private static final List<Wire> WIRES = List.of(
            new Wire("gemini", "{\"model\": \"gemini-embedding-001\"}", """
                    {"embeddings": [{"values": [0.6, 0.8]}, {"values": [1, 0]}], "usageMetadata": {"promptTokenCount": 7}}""", "",
                    """
                            [{"error": {"code": 429, "message": "input[1] has 9000 tokens", "status": "RESOURCE_EXHAUSTED", "details": [
                             {"@type": "RetryInfo", "retryDelay": "3.5s"}, {"reason": "API_KEY_INVALID"}]}}]"""),
            new Wire("ollama", "{\"model\": \"nomic-embed-text\", \"dimensions\": 2}",
                    """
                            {"model": "nomic-embed-text", "embeddings": [[0.6, 0.8], [1, 0]], "total_duration": 14, "prompt_eval_count": 7}""",
                    """
                            {"capabilities": ["embedding"], "model_info": {"general.architecture": "bert", "bert.context_length": 512,
                             "bert.embedding_length": 2}}""",
                    """
                            {"error": "the input length exceeds the context length"}"""),
            new Wire("nomic", "{\"model\": \"nomic-embed-text-v1.5\"}", """
                    {"embeddings": [[0.6, 0.8], [1, 0]], "model": "nomic-embed-text-v1.5", "usage": {"prompt_tokens": 7}}""", "",
                    """
                            {"detail": [{"loc": ["body", "texts"], "msg": "too many tokens", "type": "value_error"}]}"""),
            new Wire("openai", "{\"model\": \"text-embedding-3-small\"}", OPENAI, "",
                    """
                            {"error": {"message": "'$.input[1]' is invalid", "type": "insufficient_quota", "param": "input", "code": "model_not_found"}}"""),
            new Wire("azure_openai", "{\"model\": \"d\", \"endpoint\": \"https://r.openai.azure.com\"}", OPENAI, "", """
                    {"error": {"code": "DeploymentNotFound", "message": "no such deployment"}}"""),
            new Wire("cohere", "{\"model\": \"embed-v4.0\"}",
                    """
                            {"id": "x", "embeddings": {"float": [[0.6, 0.8], [1, 0]]}, "texts": ["a", "b"], "meta": {"billed_units": {"input_tokens": 7}}}""",
                    "", "{\"id\": \"x\", \"message\": \"total number of texts must be at most 96\"}"),
            new Wire("voyage", "{\"model\": \"voyage-3.5\"}", OPENAI, "", """
                    {"detail": "The example at index 1 in your batch has too many tokens"}"""),
            new Wire("jina", "{\"model\": \"jina-embeddings-v3\"}", OPENAI, "", "{\"detail\": \"[INSUFFICIENT_BALANCE] no\"}"),
            new Wire("mistral", "{\"model\": \"mistral-embed\"}", OPENAI, "",
                    """
                            {"object": "error", "message": "Input id 1 has 11055 tokens, exceeding max 8192 tokens.", "type": "invalid", "code": "3210"}"""),
            new Wire("tei", "{\"model\": \"m\", \"endpoint\": \"http://localhost:8080\"}", "[[0.6, 0.8], [1, 0]]",
                    """
                            {"model_id": "o/m", "model_type": {"embedding": {"pooling": "cls"}}, "max_input_length": 512, "max_client_batch_size": 32}""",
                    """
                            {"error": "`inputs` must have less than 512 tokens. Given: 1024", "error_type": "Validation"}"""));

    /** One answer. */
    private record Input(Wire wire, int status, byte[] body, Map<String, String> headers) {

        @Override
        public String toString() {
            return wire.provider + " " + status + " " + headers + " " + new String(body, StandardCharsets.UTF_8);
        }
    }

    private final RemoteOptions options = RemoteOptions.defaults();
    private final HttpTransport transport = new HttpTransport(options, EndpointRules.defaults());
    private final SteppedTimers timers = new SteppedTimers();

    @AfterEach
    void close() {
        transport.close();
        timers.close();
    }

    private static Supplier<Input> inputs(long salt, List<Integer> statuses, java.util.function.Function<Wire, String> valid) {
        Mutations mutations = new Mutations(salt);
        List<Wire> wires = WIRES.stream().filter(wire -> !valid.apply(wire).isEmpty()).toList();
        return () -> {
            Wire wire = mutations.of(wires);
            byte[] body = mutations.ofJson(valid.apply(wire)).getBytes(StandardCharsets.UTF_8);
            Map<String, String> headers = Map.of(
                    "retry-after", text(mutations, List.of("30", "Wed, 21 Oct 2026 07:28:00 GMT")),
                    "retry-after-ms", text(mutations, List.of("1500", "0.5")),
                    "x-ratelimit-reset-tokens", text(mutations, List.of("6m0s", "1h2m3.5s", "12ms")),
                    "x-compute-tokens", text(mutations, List.of("7")));
            return new Input(wire, mutations.of(statuses), body, headers);
        };
    }

    private static String text(Mutations mutations, List<String> valid) {
        return new String(mutations.ofBytes(mutations.of(valid).getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    }

    private Server server(Wire wire) {
        ProviderWire spoken = ProviderWire.of(Providers.of(wire.provider), wire.definition);
        return new Server(spoken.provider(), spoken.model(), spoken.call(Role.DOCUMENT, "a").endpoint(), Credentials.NONE,
                options,
                transport, timers, RandomGenerator.getDefault(), new CallGate("a test", 1, 1), Optional.empty(),
                new Pacer(spoken.model(), timers), new CircuitBreaker(timers, 5, Duration.ofSeconds(30)), new Usage(),
                new Abort());
    }

    private static HttpAnswer answer(Input input) {
        return new HttpAnswer(input.status, name -> Optional.ofNullable(input.headers.get(name)), input.body);
    }

    private static WireCall call(Server server) {
        return WireCall.ofTexts(server.model(), server.endpoint(), Role.DOCUMENT, "", false, List.of("red apples", "pears"));
    }

    private static void embed(Server server, HttpAnswer answer) {
        AnswerCheck check = new AnswerCheck(server, OptionalInt.of(DIMENSION));
        JsonNode body = server.json(answer);
        WireAnswer read = check.read(call(server), new CallResult.Answered(body, answer.headers()), 2);
        for (float[] values : read.vectors()) {
            Embedding embedding = check.embedding(values, 1, false, "text");
            if (embedding instanceof Embedding.Vector vector) assertEquals(DIMENSION, vector.values().length);
        }
    }

    @Test
    void vectors_come_as_they_should_or_the_provider_is_told_to_be_at_fault() {
        Map<String, Server> servers = servers();
        new Trials().run(INPUTS, inputs(51, List.of(200), Wire::vectors), EmbeddingException.BrokenModel.class::isInstance,
                input -> embed(servers.get(input.wire.provider), answer(input)));
    }

    @Test
    void what_a_server_says_of_a_model_is_read_or_refused() {
        Map<String, Server> servers = servers();
        new Trials().run(INPUTS / 4, inputs(52, List.of(200), Wire::check), EmbeddingException.class::isInstance, input -> {
            Server server = servers.get(input.wire.provider);
            server.provider().checked(server.model(), server.json(answer(input)));
        });
    }

    @Test
    void every_error_has_a_meaning_and_a_reason() {
        Map<String, Server> servers = servers();
        List<Integer> statuses = List.of(400, 401, 402, 403, 404, 408, 413, 422, 424, 429, 498, 500, 502, 503, 504, 529);
        new Trials().run(INPUTS, inputs(53, statuses, Wire::error), EmbeddingException.class::isInstance, input -> {
            Server server = servers.get(input.wire.provider);
            HttpAnswer answer = answer(input);
            WireError error = Server.error(answer, Optional.empty());
            Fault fault = server.provider().fault(call(server), error);
            assertTrue(fault.reason().contains("status [" + input.status + "]"), fault::reason);
            assertTrue(fault.reason().length() < 2_000, fault::reason);
            Optional<Duration> asked = RetryDelay.asked(error, Instant.EPOCH);
            Optional<Duration> reset = answer.headers().get("x-ratelimit-reset-tokens").flatMap(RetryDelay::span);
            Stream.of(asked, reset).flatMap(Optional::stream).forEach(delay -> assertTrue(!delay.isNegative(), delay::toString));
            if (fault instanceof Fault.Final last) throw last.failure();
        });
    }

    /** Takes it that what stands under [data] is a list. */
    @Test
    void a_planted_mistake_is_found() {
        Map<String, Server> servers = servers();
        AssertionError found = assertThrows(AssertionError.class,
                () -> new Trials().run(INPUTS, inputs(51, List.of(200), Wire::vectors),
                        EmbeddingException.BrokenModel.class::isInstance, input -> {
                            JsonNode data = servers.get(input.wire.provider).json(answer(input)).path("data");
                            if (!data.isMissingNode() && data.get(0).isNumber())
                                throw new EmbeddingException.BrokenModel("a number");
                        }));
        assertEquals(NullPointerException.class, found.getCause().getClass());
    }

    private Map<String, Server> servers() {
        return WIRES.stream().collect(java.util.stream.Collectors.toMap(Wire::provider, this::server));
    }
}
