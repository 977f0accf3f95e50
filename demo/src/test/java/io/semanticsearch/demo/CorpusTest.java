package io.semanticsearch.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The corpus that comes along and its questions fit together. */
final class CorpusTest {

    private static final Path FOLDER = Path.of("corpus");
    private static final Set<String> SAYING_NOTHING = Set.of("a", "am", "and", "are", "at", "best", "can", "do", "for", "from",
            "gets", "gone",
            "have", "how", "i", "in", "is", "it", "me", "my", "of", "on", "our", "the", "there", "to", "up", "was", "way", "were",
            "what", "when",
            "wants", "why", "with");

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

    /** What a keyword search could find does not show what a search by meaning is good for. */
    @Test
    void judged_questions_share_no_content_word_with_their_passage() throws IOException {
        Map<String, Set<String>> words = new HashMap<>();
        for (Corpus.Passage passage : Corpus.read(FOLDER.resolve("everyday.jsonl")).passages()) {
            words.put(passage.id().orElseThrow(),
                    stems(passage.document().path("title").asText() + " " + passage.document().path("text").asText()));
        }
        List<String> shared = new ArrayList<>();
        JsonNode judged = new ObjectMapper().readTree(FOLDER.resolve("questions.json").toFile()).path("judged");
        for (JsonNode entry : judged) {
            Set<String> both = stems(entry.path("question").asText());
            both.retainAll(words.get(entry.path("answer").asText()));
            if (!both.isEmpty()) shared.add(entry.path("question").asText() + " " + both);
        }
        assertEquals(20, judged.size());
        assertEquals(List.of(), shared);
    }

    /** Cut so short that forms of one word are one, without the words that say nothing. */
    private static Set<String> stems(String text) {
        Set<String> stems = new TreeSet<>();
        for (String word : text.toLowerCase(Locale.ROOT).split("[^a-z0-9]+")) {
            if (!word.isEmpty() && !SAYING_NOTHING.contains(word))
                stems.add(word.replaceFirst("(?<=...)(ing|ed|es|s|ly|er|e|y)$", ""));
        }
        return stems;
    }
}
