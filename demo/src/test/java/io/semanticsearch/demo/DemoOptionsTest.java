package io.semanticsearch.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoOptionsTest {

    @TempDir
    Path folder;

    @Test
    void nothing_given_is_port_9200_and_the_corpus_that_comes_along() {
        assertEquals(new DemoOptions(9200, Optional.empty(), Optional.empty(), List.of(), false),
                DemoOptions.parse(new String[0]));
    }

    @Test
    void every_option_does_what_it_says() throws Exception {
        Path corpus = Files.writeString(folder.resolve("c.jsonl"), "{}");
        DemoOptions options = DemoOptions.parse(new String[]{
            "--port", "9300", "--corpus", corpus.toString(), "--model", folder.toString(), "--question", "a", "--question", "b",
            "--stop"});
        assertEquals(new DemoOptions(9300, Optional.of(corpus), Optional.of(folder), List.of("a", "b"), true), options);
    }

    @Test
    void what_is_wrong_is_said() {
        assertEquals("[--port] is [x]; expected a number from 1 to 65535", failure("--port", "x"));
        assertEquals("[--corpus] is [/no/such]; there is no such file", failure("--corpus", "/no/such"));
        assertEquals("[--model] is [/no/such]; there is no such folder", failure("--model", "/no/such"));
        assertTrue(failure("--colour").startsWith("unknown option [--colour]\ndemo/run [OPTION …]"));
        assertTrue(failure("--port").startsWith("[--port] needs a value"));
    }

    @Test
    void a_corpus_line_without_text_is_named() throws Exception {
        Path file = Files.writeString(folder.resolve("c.jsonl"), "{\"text\": \"fine\"}\n\n{\"body\": \"not\"}\n");
        assertEquals(
                "c.jsonl line 3 has no [text]; expected an object like {\"title\": \"…\", \"text\": \"…\"}",
                assertThrows(DemoException.class, () -> Corpus.read(file)).getMessage());
    }

    private static String failure(String... arguments) {
        return assertThrows(DemoException.class, () -> DemoOptions.parse(arguments)).getMessage();
    }
}
