package io.semanticsearch.trainer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** A folder of small texts about a few topics, with a list of them: passages, questions with answers, a dictionary, and some to judge with. */
final class MadeUpText {

    private static final ObjectMapper JSON = new ObjectMapper();
    static final List<List<String>> TOPICS = List.of(
            List.of("bread", "oven", "flour", "dough", "baker", "yeast", "crust", "loaf", "kneading", "baking"),
            List.of("ship", "harbour", "sail", "anchor", "captain", "sailor", "deck", "voyage", "sailing", "ocean"),
            List.of("piano", "melody", "violin", "concert", "chord", "rhythm", "singer", "orchestra", "singing", "tune"),
            List.of("doctor", "fever", "hospital", "nurse", "medicine", "patient", "illness", "surgery", "healing", "pain"));
    private static final List<String> COMMON = List.of("the", "a", "of", "is", "and", "in", "with", "for", "very", "often");

    private MadeUpText() {}

    /** @return the list of sources, in the same folder */
    static Path write(Path folder) throws IOException {
        Dice dice = new Dice(7);
        ArrayNode list = JSON.createArrayNode();
        list.add(source("passages.jsonl.gz", "passages", 3));
        list.add(source("pairs.jsonl", "pairs", 1));
        list.add(source("words.jsonl", "words", 1));
        list.add(source("held.jsonl", "judged", 0));
        StringBuilder passages = new StringBuilder();
        for (int i = 0; i < 240; i++) {
            int topic = i / 4 % TOPICS.size();
            passages.append(line("t", words(topic, 2, 0, dice), "s", words(topic, 1, 0, dice), "p",
                    words(topic, 9, 6, dice) + ". " + words(topic, 8, 7, dice) + "! " + words(topic, 9, 6, dice) + "."));
        }
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve("passages.jsonl.gz")))) {
            out.write(passages.toString().getBytes(StandardCharsets.UTF_8));
        }
        Files.writeString(folder.resolve("pairs.jsonl"), pairs(96, dice));
        Files.writeString(folder.resolve("held.jsonl"), pairs(24, dice));
        StringBuilder dictionary = new StringBuilder();
        for (List<String> topic : TOPICS) {
            for (String word : topic) dictionary.append(line("q", word, "p", topic.get(dice.below(topic.size()))));
        }
        Files.writeString(folder.resolve("words.jsonl"), dictionary);
        Path file = folder.resolve("sources.json");
        Files.write(file, JSON.writeValueAsBytes(list));
        return file;
    }

    private static String pairs(int count, Dice dice) {
        StringBuilder pairs = new StringBuilder();
        for (int i = 0; i < count; i++) {
            int topic = i % TOPICS.size();
            pairs.append(line("q", "What is " + words(topic, 2, 1, dice) + "?", "p", words(topic, 6, 4, dice)));
        }
        return pairs.toString();
    }

    private static String words(int topic, int own, int common, Dice dice) {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < own + common; i++) {
            List<String> from = i < own ? TOPICS.get(topic) : COMMON;
            words.append(i == 0 ? "" : " ").append(from.get(dice.below(from.size())));
        }
        return words.toString();
    }

    private static ObjectNode source(String file, String kind, double share) {
        return JSON.createObjectNode().put("file", file).put("kind", kind).put("share", share).put("what", "made up " + kind)
                .put("origin", "this test").put("licence", "CC0");
    }

    private static String line(String... fields) {
        ObjectNode line = JSON.createObjectNode();
        for (int i = 0; i < fields.length; i += 2) line.put(fields[i], fields[i + 1]);
        return line + "\n";
    }
}
