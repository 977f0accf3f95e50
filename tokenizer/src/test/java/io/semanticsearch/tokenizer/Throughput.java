package io.semanticsearch.tokenizer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Prints how many tokens a second one thread makes: run with a tokenizer.json and a JSON-lines file whose lines have a
 * {@code text}.
 */
final class Throughput {

    private static final int ROUNDS = 40;
    private static final int MAX_TOKENS = 512;

    private Throughput() {}

    public static void main(String[] args) throws IOException {
        List<String> texts = new ArrayList<>();
        ObjectMapper json = new ObjectMapper();
        for (String line : Files.readAllLines(Path.of(args[1]))) texts.add(json.readTree(line).get("text").textValue());
        Tokenizer tokenizer;
        long begin = System.nanoTime();
        try (InputStream file = Files.newInputStream(Path.of(args[0]))) {
            tokenizer = Tokenizer.read(file);
        }
        System.out.printf("read in %.0f ms%n", (System.nanoTime() - begin) / 1e6);
        double best = 0;
        double last = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long tokens = 0;
            long start = System.nanoTime();
            for (String text : texts) tokens += tokenizer.encode(text, MAX_TOKENS).ids().length;
            last = tokens * 1e3 / (System.nanoTime() - start);
            best = Math.max(best, last);
        }
        System.out.printf("%d texts, %.1f million tokens a second at best, %.1f in the last of %d rounds%n", texts.size(), best,
                last, ROUNDS);
    }
}
