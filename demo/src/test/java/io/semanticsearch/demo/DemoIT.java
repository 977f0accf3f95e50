package io.semanticsearch.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
            assertTrue(text.contains("1. Soothing an Infant With Colic"), text);
            assertTrue(text.contains("demo/run --stop"), text);
            assertTrue(Demo.running().isPresent(), "the node goes on running");
            judge(new DemoIndex(new Rest(port), out));
        } finally {
            demo.stop();
        }
        assertTrue(Demo.running().isEmpty(), "the node has stopped");
    }

    /** What the README says of the twenty questions that share no word with their passage; the five that the demo asks do no worse. */
    private static void judge(DemoIndex index) throws IOException {
        JsonNode questions = new ObjectMapper().readTree(Path.of("demo", "corpus", "questions.json").toFile());
        List<Integer> shown = ranks(index, questions.path("demo"));
        assertTrue(within(shown, 3) == 5 && within(shown, 1) >= 4, "of the 5 questions of the demo " + shown);
        List<Integer> judged = ranks(index, questions.path("judged"));
        assertEquals(20, judged.size());
        String readme = Files.readString(Path.of("README.md"));
        assertTrue(readme.contains(within(judged, 1) + " find it first and " + within(judged, 3) + " among the first three"),
                "judged questions whose passage comes first [" + within(judged, 1) + "], among the first three ["
                        + within(judged, 3) + "], as the README should say");
    }

    /** Of each question's passage; 4 for one that is not among the first three. */
    private static List<Integer> ranks(DemoIndex index, JsonNode questions) throws IOException {
        List<Integer> ranks = new ArrayList<>();
        for (JsonNode entry : questions) {
            int at = index.bestByMeaning(entry.path("question").asText()).indexOf(entry.path("answer").asText());
            ranks.add(at < 0 ? 4 : at + 1);
        }
        return ranks;
    }

    private static long within(List<Integer> ranks, int first) {
        return ranks.stream().filter(rank -> rank <= first).count();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
