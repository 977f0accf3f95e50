package io.semanticsearch.demo;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The demo as it is run, and how well the built-in model answers its questions. */
final class DemoIT {

    @Test
    void answers_its_questions_and_leaves_the_node_running_until_it_is_stopped() throws IOException {
        int port = freePort();
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);
        Demo demo = new Demo(new DemoOptions(port, Optional.empty(), Optional.empty(), List.of(), false), out);
        try {
            demo.run();
            String text = shown.toString(StandardCharsets.UTF_8);
            assertTrue(text.contains("Indexed 300 passages by meaning and by keyword"), text);
            assertTrue(text.contains("1. Mending a Flat Inner Tube"), text);
            assertTrue(text.contains("demo/run --stop"), text);
            assertTrue(Demo.running().isPresent(), "the node goes on running");
            judge(new DemoIndex(new Rest(port), out));
        } finally {
            demo.stop();
        }
        assertTrue(Demo.running().isEmpty(), "the node has stopped");
    }

    /** All five questions of the demo come first; of the twenty others, which share no word with their passage, most do. */
    private static void judge(DemoIndex index) throws IOException {
        JsonNode questions = new ObjectMapper().readTree(Path.of("demo", "corpus", "questions.json").toFile());
        assertTrue(first(index, questions.path("demo")) == 5, "of the 5 questions of the demo all come first");
        int first = first(index, questions.path("judged"));
        System.out.println("judged questions whose passage comes first: " + first + " of " + questions.path("judged").size());
        assertTrue(first >= 12, first + " of 20 come first");
    }

    private static int first(DemoIndex index, JsonNode questions) throws IOException {
        int first = 0;
        for (JsonNode entry : questions) {
            if (index.bestByMeaning(entry.path("question").asText()).equals(entry.path("answer").asText())) first++;
        }
        return first;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
