package io.semanticsearch.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Passages to search.
 *
 * @param passages in the order of the file
 */
record Corpus(List<Passage> passages) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** A line of the file: its id, if it has one, and the document to index. */
    record Passage(Optional<String> id, ObjectNode document) {}

    static Corpus read(Path file) throws IOException {
        List<Passage> passages = new ArrayList<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            if (line.isBlank()) continue;
            passages.add(passage(line, file.getFileName() + " line " + number));
        }
        if (passages.isEmpty())
            throw new DemoException("[" + file + "] holds no passages; expected lines like {\"title\": \"…\", \"text\": \"…\"}");
        return new Corpus(List.copyOf(passages));
    }

    private static Passage passage(String line, String where) {
        JsonNode node;
        try {
            node = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new DemoException(where + " is no JSON: " + e.getOriginalMessage());
        }
        if (!(node instanceof ObjectNode object) || !object.path("text").isTextual()) {
            throw new DemoException(where + " has no [text]; expected an object like {\"title\": \"…\", \"text\": \"…\"}");
        }
        Optional<String> id = Optional.ofNullable(object.remove("_id")).map(JsonNode::asText);
        return new Passage(id, object);
    }
}
