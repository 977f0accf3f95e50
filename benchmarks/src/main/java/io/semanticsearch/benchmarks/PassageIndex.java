package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.benchmarks.EvaluationSet.Document;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** An index of passages with title and text, and, unless it is plain, what they mean. */
record PassageIndex(Rest rest, String name) {
    static final String TITLE = "title";
    static final String TEXT = "text";
    static final String MEANING = "meaning";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Makes the index with the embedding field. */
    void create(int shards, MeasuredModel model) throws IOException {
        create(shards, """
                , "%s": {"type": "embedding", "model": "%s", "source_fields": ["%s", "%s"]}""".formatted(MEANING, model.id(),
                TITLE, TEXT));
    }

    /** Makes the index without the embedding field. */
    void createPlain(int shards) throws IOException {
        create(shards, "");
    }

    private void create(int shards, String meaning) throws IOException {
        rest.call("PUT", "/" + name, """
                {
                  "settings": {"number_of_shards": %s, "number_of_replicas": 0},
                  "mappings": {"properties": {
                    "%s": {"type": "text", "analyzer": "english"},
                    "%s": {"type": "text", "analyzer": "english"}%s
                  }}
                }""".formatted(shards, TITLE, TEXT, meaning));
    }

    /** Makes the index with an embedding field that takes the vectors that documents bring. */
    void createWithoutModel(int shards, int dimension) throws IOException {
        create(shards, ", \"" + MEANING + "\": {\"type\": \"embedding\", \"dimension\": " + dimension + "}");
    }

    /** The documents as bodies of bulk requests, made ahead so that making them is not timed. */
    static List<byte[]> bulks(List<Document> documents, int size) {
        return bulks(documents, Collections.nCopies(documents.size(), ""), size);
    }

    /** @param vectors what the documents bring in base64, one a document, empty for none */
    static List<byte[]> bulks(List<Document> documents, List<String> vectors, int size) {
        List<byte[]> bulks = new ArrayList<>();
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < documents.size(); i++) {
            Document document = documents.get(i);
            ObjectNode action = JSON.createObjectNode();
            action.putObject("index").put("_id", document.id());
            ObjectNode source = JSON.createObjectNode().put(TITLE, document.title()).put(TEXT, document.text());
            if (!vectors.get(i).isEmpty()) source.put(MEANING, vectors.get(i));
            body.append(action).append('\n').append(source).append('\n');
            if ((i + 1) % size == 0 || i + 1 == documents.size()) {
                bulks.add(body.toString().getBytes(StandardCharsets.UTF_8));
                body.setLength(0);
            }
        }
        return bulks;
    }

    /** Sends one bulk; a document that is refused ends the measurement. */
    void add(byte[] bulk) throws IOException {
        JsonNode answer = JSON.readTree(rest.send("POST", "/" + name + "/_bulk?filter_path=errors,items.*.error", bulk));
        if (answer.path("errors").asBoolean()) {
            throw new BenchmarkException("a document was refused: " + answer.path("items").findValue("error"));
        }
    }

    void refresh() throws IOException {
        rest.call("POST", "/" + name + "/_refresh", "");
    }

    void delete() throws IOException {
        rest.call("DELETE", "/" + name, "");
    }

    /** What one search answered: ids of documents, the best first, and how long it took by the node's clock and by ours. */
    record Answer(List<String> ids, long tookMillis, double roundTripMillis) {}

    Answer ask(Clause clause, String question, int size) throws IOException {
        byte[] body = clause.search(question, size).toString().getBytes(StandardCharsets.UTF_8);
        long start = System.nanoTime();
        byte[] answer = rest.send("POST", "/" + name + "/_search?filter_path=took,timed_out,hits.hits._id", body);
        double roundTrip = (System.nanoTime() - start) / 1e6;
        JsonNode json = JSON.readTree(answer);
        return new Answer(ids(json), json.path("took").asLong(), roundTrip);
    }

    /** Asks many questions in one request; answer i belongs to question i. */
    List<List<String>> askAll(Clause clause, List<String> questions, int size) throws IOException {
        StringBuilder body = new StringBuilder();
        for (String question : questions) body.append("{}\n").append(clause.search(question, size)).append('\n');
        // The status keeps the place of an answer that has no hits.
        JsonNode responses = rest
                .call("POST", "/" + name + "/_msearch?filter_path=responses.status,responses.error,responses.hits.hits._id",
                        body.toString())
                .path("responses");
        if (responses.size() != questions.size()) {
            throw new BenchmarkException(questions.size() + " searches got " + responses.size() + " answers");
        }
        List<List<String>> rankings = new ArrayList<>();
        for (int i = 0; i < questions.size(); i++) {
            JsonNode response = responses.get(i);
            if (response.has("error")) {
                throw new BenchmarkException(
                        "the search " + clause.search(questions.get(i), size) + "\nwas answered with " + response);
            }
            rankings.add(ids(response));
        }
        return rankings;
    }

    private static List<String> ids(JsonNode response) {
        List<String> ids = new ArrayList<>();
        for (JsonNode hit : response.path("hits").path("hits")) ids.add(hit.path("_id").asText());
        return ids;
    }
}
