package io.semanticsearch.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The corpus that comes along and its questions fit together. */
final class CorpusTest {

    private static final Path FOLDER = Path.of("corpus");

    @Test
    void every_question_has_its_passage() throws IOException {
        Corpus corpus = Corpus.read(FOLDER.resolve("everyday.jsonl"));
        Set<String> ids = corpus.passages().stream().map(passage -> passage.id().orElseThrow()).collect(Collectors.toSet());
        assertEquals(300, ids.size());
        JsonNode questions = new ObjectMapper().readTree(FOLDER.resolve("questions.json").toFile());
        assertEquals(5, questions.path("demo").size());
        for (String set : Set.of("demo", "judged")) {
            for (JsonNode entry : questions.path(set)) {
                assertTrue(ids.contains(entry.path("answer").asText()), entry.toString());
            }
        }
    }
}
