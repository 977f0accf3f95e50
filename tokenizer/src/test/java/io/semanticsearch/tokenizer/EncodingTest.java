package io.semanticsearch.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class EncodingTest {

    @Test
    void arrays_of_different_lengths_are_refused() {
        assertEquals(
                "an encoding of [2] ids has [1] type ids, [2] starts, [2] ends and [2] special flags; expected equal lengths",
                assertThrows(IllegalArgumentException.class,
                        () -> new Encoding(new int[2], new int[1], new int[2], new int[2], new boolean[2], 2)).getMessage());
    }

    @Test
    void fewer_tokens_in_all_than_kept_are_refused() {
        assertEquals("an encoding of [2] ids says it was cut from [1]; expected no fewer",
                assertThrows(IllegalArgumentException.class,
                        () -> new Encoding(new int[2], new int[2], new int[2], new int[2], new boolean[2], 1)).getMessage());
    }
}
