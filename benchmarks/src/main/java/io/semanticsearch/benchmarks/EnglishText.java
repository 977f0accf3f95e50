package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.semanticsearch.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * Text to measure with: the sentences of the demo's corpus.
 *
 * @param sentences with their punctuation
 */
record EnglishText(List<String> sentences) {
    private static final Path CORPUS = Path.of("demo", "corpus", "everyday.jsonl");
    private static final long SEED = 20_260_101;
    private static final int MOST_SENTENCES = 6;

    static EnglishText read() throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<String> sentences = new ArrayList<>();
        for (String line : Files.readAllLines(CORPUS)) {
            sentences.addAll(List.of(json.readTree(line).get("text").asText().split("(?<=[.!?]) ")));
        }
        return new EnglishText(sentences);
    }

    /** Sentences put together anew, up to six a paragraph; the same ones each time. */
    List<String> paragraphs(int count) {
        Random random = new Random(SEED);
        List<String> paragraphs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<String> chosen = new ArrayList<>();
            for (int left = 1 + random.nextInt(MOST_SENTENCES); left > 0; left--)
                chosen.add(sentences.get(random.nextInt(sentences.size())));
            paragraphs.add(String.join(" ", chosen));
        }
        return paragraphs;
    }

    /**
     * Texts of so many tokens, the special two included, of words that are a token each.
     *
     * @param tokenizer of a vocabulary that has most words whole
     */
    List<String> ofLengths(Tokenizer tokenizer, int... lengths) {
        List<String> whole = words().stream().filter(word -> tokenizer.id(word).isPresent()).toList();
        Random random = new Random(SEED);
        List<String> texts = new ArrayList<>();
        for (int length : lengths) {
            texts.add(random.ints(length - 2, 0, whole.size()).mapToObj(whole::get).collect(Collectors.joining(" ")));
        }
        return texts;
    }

    /** Sentences with something before them that no other has; the same ones each time. */
    List<String> questions(int count) {
        List<String> questions = new ArrayList<>();
        for (int i = 0; i < count; i++) questions.add((i + 1) + ". " + sentences.get(i % sentences.size()));
        return questions;
    }

    /** Words in lower case, the most frequent first. */
    List<String> words() {
        Map<String, Integer> counts = new HashMap<>();
        for (String sentence : sentences) {
            for (String word : sentence.toLowerCase(Locale.ROOT).split("[^a-z]+")) counts.merge(word, 1, Integer::sum);
        }
        counts.remove("");
        List<Map.Entry<String, Integer>> sorted = new ArrayList<>(counts.entrySet());
        sorted.sort(Map.Entry.<String, Integer>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()));
        return sorted.stream().map(Map.Entry::getKey).toList();
    }
}
