package io.semanticsearch.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.semanticsearch.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MadeUpVocabularyTest {
    private final EnglishText text = new EnglishText(
            List.of("Rinse the rice until the water runs clear.", "Hold the blade at twenty degrees!"));

    @TempDir
    private Path temp;

    @Test
    void has_as_many_tokens_as_asked_for() throws IOException {
        assertEquals(500, tokenizer(500).vocabularySize());
    }

    @Test
    void texts_have_as_many_tokens_as_asked_for() throws IOException {
        Tokenizer tokenizer = tokenizer(500);
        int[] lengths = {4, 17, 512};
        List<String> texts = text.ofLengths(tokenizer, lengths);
        assertArrayEquals(lengths, texts.stream().mapToInt(one -> tokenizer.encode(one, 1_000).ids().length).toArray());
    }

    @Test
    void knows_every_word_of_its_text() throws IOException {
        Tokenizer tokenizer = tokenizer(500);
        int unknown = tokenizer.unknownId().orElseThrow();
        for (String sentence : text.sentences()) {
            for (int id : tokenizer.encode(sentence, 100).ids()) assertNotEquals(unknown, id, sentence);
        }
    }

    @Test
    void is_not_cut_short() {
        assertThrows(IllegalArgumentException.class, () -> tokenizer(50));
    }

    private Tokenizer tokenizer(int size) throws IOException {
        Path file = temp.resolve("tokenizer.json");
        MadeUpVocabulary.write(text, size, file);
        try (InputStream in = Files.newInputStream(file)) {
            return Tokenizer.read(in);
        }
    }
}
