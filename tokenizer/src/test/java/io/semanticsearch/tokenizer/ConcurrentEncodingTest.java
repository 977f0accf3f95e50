package io.semanticsearch.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.Test;

/** One tokenizer serves all threads: what one remembers of a word must not reach another half written. */
final class ConcurrentEncodingTest {

    private static final int THREADS = 4;

    @Test
    void threads_get_what_one_thread_gets() throws Exception {
        SmallFile bpe = SmallFile
                .of(SmallFile.bpe("\"unk_token\": \"<unk>\"", List.of("b c", "a b", "a a", "aa ab"), "<unk>", "a", "b", "c",
                        "ab", "bc", "aa", "aaab"));
        SmallFile unigram = SmallFile
                .of(SmallFile.unigram("", "<unk> 0", "a -1", "b -1", "c -1.2", "ab -1.5", "aa -2", "bca -2.5"));
        for (SmallFile file : List.of(bpe, unigram)) {
            SmallFile split = file.preTokenizer("{\"type\": \"WhitespaceSplit\"}");
            List<String> texts = texts();
            List<int[]> expected = texts.stream().map(text -> split.read().encodePlain(text, 10_000).ids()).toList();
            Tokenizer shared = split.read();
            Callable<List<int[]>> work = () -> texts.stream().map(text -> shared.encodePlain(text, 10_000).ids()).toList();
            try (var threads = Executors.newFixedThreadPool(THREADS)) {
                for (Future<List<int[]>> got : threads.invokeAll(List.of(work, work, work, work))) {
                    for (int i = 0; i < texts.size(); i++) assertArrayEquals(expected.get(i), got.get().get(i), texts.get(i));
                }
            }
        }
    }

    /** So many different words that they push each other out of what is remembered. */
    private static List<String> texts() {
        Random dice = new Random(5);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            StringBuilder text = new StringBuilder();
            for (int word = 0; word < 1_500; word++) {
                for (int length = 1 + dice.nextInt(14); length > 0; length--) text.append("aaabbcx".charAt(dice.nextInt(7)));
                text.append(' ');
            }
            texts.add(text.toString());
        }
        return texts;
    }
}
