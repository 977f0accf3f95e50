package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.benchmarks.SoakClient.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;

/** Searches by meaning, with a filter and fused with words, one search after the other. */
final class SoakSearcher {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final List<String> indices;
    private final List<String> sentences;
    private final SoakClient client;
    private final SoakCounts counts;
    private final Random random;

    SoakSearcher(int number, List<String> indices, List<String> sentences, SoakClient client, SoakCounts counts) {
        this.indices = indices;
        this.sentences = sentences;
        this.client = client;
        this.counts = counts;
        this.random = new Random(-number);
    }

    void run(BooleanSupplier over) throws InterruptedException {
        while (!over.getAsBoolean()) {
            String index = indices.get(random.nextInt(indices.size()));
            // Something before it that no other has, or the vector would be known after a while.
            String text = random.nextInt() + " " + sentences.get(random.nextInt(sentences.size()));
            ObjectNode body = JSON.objectNode().set("query", query(text));
            switch (client.post("/" + index + "/_search", "application/json", body.toString(), PATIENCE)) {
                case Outcome.Answered(int status, JsonNode answer) when status < 300 -> counts.searched();
                case Outcome.Answered(int status, JsonNode answer) ->
                    failed(status, answer.path("error").path("reason").asText() + " "
                            + answer.path("error").path("root_cause").path(0).path("reason").asText());
                case Outcome.Unanswered(String reason) -> failed(0, reason);
                case Outcome.NotSent() -> Thread.sleep(500);
            }
            Thread.sleep(20 + random.nextInt(60));
        }
    }

    private void failed(int status, String reason) {
        counts.searchesFailed.increment();
        counts.failed("search", status, reason);
    }

    private ObjectNode query(String text) {
        ObjectNode clause = JSON.objectNode().put("query", text);
        return switch (random.nextInt(3)) {
            case 0 -> semantic(clause);
            case 1 -> semantic(clause.set("filter", JSON.objectNode().set("match", JSON.objectNode().put("title", text))));
            default -> {
                ObjectNode fusion = JSON.objectNode();
                fusion.putArray("queries").add(JSON.objectNode().set("match", JSON.objectNode().put("body", text)))
                        .add(semantic(clause));
                yield JSON.objectNode().set("fusion", fusion);
            }
        };
    }

    private static ObjectNode semantic(ObjectNode clause) {
        return JSON.objectNode().set("semantic", JSON.objectNode().set(Soak.FIELD, clause));
    }
}
