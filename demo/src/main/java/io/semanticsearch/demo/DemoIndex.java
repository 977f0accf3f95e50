package io.semanticsearch.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The index of the demo: makes it, fills it with a progress bar, and asks it both ways. */
final class DemoIndex {

    static final String NAME = "passages";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BULK = 100;
    private static final int BAR = 40;

    private final Rest rest;
    private final PrintStream out;

    DemoIndex(Rest rest, PrintStream out) {
        this.rest = rest;
        this.out = out;
    }

    /** A hit as it is shown. */
    record Hit(String title, double score) {}

    /** What a search found and how long OpenSearch took. */
    record Found(List<Hit> hits, long millis) {}

    /** Defines the model in a folder of the node's config; the answer proves that it works. */
    void define(String model, Path folder) throws IOException {
        JsonNode answer = rest.call("PUT", "/_plugins/_semantic/models/" + model, """
                {"provider": "local", "model": "file:%s"}""".formatted(folder.getFileName()));
        out.println("Model [" + model + "] works: " + answer.path("dimension") + " dimensions, probed in "
                + answer.path("probe_ms") + " ms.");
    }

    void create(String model) throws IOException {
        rest.call("DELETE", "/" + NAME, null);
        rest.call("PUT", "/" + NAME, """
                {
                  "settings": {"number_of_shards": 1, "number_of_replicas": 0},
                  "mappings": {"properties": {
                    "title": {"type": "text", "analyzer": "english"},
                    "text": {"type": "text", "analyzer": "english"},
                    "meaning": {"type": "embedding", "model": "%s", "source_fields": ["title", "text"]}
                  }}
                }""".formatted(model));
    }

    void fill(Corpus corpus) throws IOException {
        long start = System.nanoTime();
        int total = corpus.passages().size();
        for (int from = 0; from < total; from += BULK) {
            int to = Math.min(total, from + BULK);
            StringBuilder bulk = new StringBuilder();
            for (Corpus.Passage passage : corpus.passages().subList(from, to)) {
                ObjectNode index = JSON.createObjectNode();
                ObjectNode action = index.putObject("index");
                passage.id().ifPresent(id -> action.put("_id", id));
                bulk.append(index).append('\n').append(passage.document()).append('\n');
            }
            JsonNode answer = rest.call("POST", "/" + NAME + "/_bulk", bulk.toString());
            if (answer.path("errors").asBoolean()) throw new DemoException("a passage was refused: " + firstError(answer));
            bar(to, total);
        }
        rest.call("POST", "/" + NAME + "/_refresh", null);
        out.printf("%nIndexed %s passages by meaning and by keyword in %.1f s.%n", total, (System.nanoTime() - start) / 1e9);
    }

    Found byMeaning(String question) throws IOException {
        ObjectNode body = body();
        body.putObject("query").putObject("semantic").put("meaning", question);
        return search(body);
    }

    Found byKeyword(String question) throws IOException {
        ObjectNode body = body();
        ObjectNode match = body.putObject("query").putObject("multi_match");
        match.put("query", question).putArray("fields").add("title").add("text");
        return search(body);
    }

    /** Ids of the first three hits by meaning. */
    List<String> bestByMeaning(String question) throws IOException {
        ObjectNode body = body();
        body.putObject("query").putObject("semantic").put("meaning", question);
        List<String> ids = new ArrayList<>();
        for (JsonNode hit : rest.call("POST", "/" + NAME + "/_search", body.toString()).at("/hits/hits"))
            ids.add(hit.path("_id").asText());
        return ids;
    }

    private static ObjectNode body() {
        ObjectNode body = JSON.createObjectNode();
        body.put("size", 3).putArray("_source").add("title").add("text");
        return body;
    }

    private Found search(ObjectNode body) throws IOException {
        JsonNode answer = rest.call("POST", "/" + NAME + "/_search", body.toString());
        List<Hit> hits = new ArrayList<>();
        for (JsonNode hit : answer.path("hits").path("hits"))
            hits.add(new Hit(title(hit.path("_source")), hit.path("_score").asDouble()));
        return new Found(hits, answer.path("took").asLong());
    }

    private static String title(JsonNode source) {
        String text = source.path("title").asText(source.path("text").asText());
        return text.length() <= 40 ? text : text.substring(0, 39) + "…";
    }

    private static String firstError(JsonNode answer) {
        for (JsonNode item : answer.path("items")) {
            JsonNode error = item.path("index").path("error");
            if (!error.isMissingNode()) return error.toString();
        }
        return answer.toString();
    }

    private void bar(int done, int total) {
        int filled = BAR * done / total;
        out.print("\rIndexing [" + "#".repeat(filled) + ".".repeat(BAR - filled) + "] " + done + "/" + total);
        out.flush();
    }
}
