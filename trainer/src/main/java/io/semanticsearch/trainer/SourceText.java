package io.semanticsearch.trainer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * A file's texts as numbers of words, which count within the file.
 *
 * @param dictionary the words by number
 * @param counts how often each occurs
 * @param words those of all texts in order
 * @param ends [lines × fields], for each text the index after its last word
 */
record SourceText(Source source, List<String> dictionary, int[] counts, int[] words, int[] ends) {

    private static final ObjectReader JSON = new ObjectMapper().reader();

    /**
     * Reads a file.
     *
     * @param keep 1 for every line, n for every nth
     */
    static SourceText read(Path folder, Source source, int keep) {
        Path file = folder.resolve(source.file());
        Reader reader = new Reader(source);
        try (BufferedReader lines = open(file)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (number++ % keep == 0 && !line.isBlank()) reader.line(line, file + " line " + number);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read [" + file + "]: " + e.getMessage(), e);
        }
        return reader.finish();
    }

    static BufferedReader open(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new TrainerException(
                    "there is no [" + file + "]; --data names the folder of the files that the list of sources names");
        }
        InputStream in = Files.newInputStream(file);
        if (file.getFileName().toString().endsWith(".gz")) in = new GZIPInputStream(in, 1 << 16);
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16);
    }

    private static final class Reader {

        private final Source source;
        private final WordSplitter splitter = new WordSplitter();
        private final Map<String, Integer> numbers = new HashMap<>();
        private final List<String> dictionary = new ArrayList<>();
        private final IntList counts = new IntList(1 << 16);
        private final IntList words = new IntList(1 << 20);
        private final IntList ends = new IntList(1 << 16);

        Reader(Source source) {
            this.source = source;
        }

        void line(String line, String where) {
            JsonNode node;
            try {
                node = JSON.readTree(line);
            } catch (JsonProcessingException e) {
                throw new TrainerException(where + " is no JSON: " + e.getOriginalMessage());
            }
            for (String field : source.kind().fields()) {
                splitter.split(node.path(field).asText(""), this::word);
                ends.add(words.size());
            }
        }

        private void word(String word) {
            int number = numbers.computeIfAbsent(word, added -> {
                dictionary.add(added);
                counts.add(0);
                return dictionary.size() - 1;
            });
            counts.set(number, counts.get(number) + 1);
            words.add(number);
        }

        SourceText finish() {
            return new SourceText(source, dictionary, counts.toArray(), words.toArray(), ends.toArray());
        }
    }
}
