package io.semanticsearch.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** That changed inputs find what they should: two readers with a mistake in each. */
class MutationsTest {

    private static final int ENOUGH = 20_000;

    /** Trusts a length that it reads. */
    private static void trusting(byte[] file) {
        if (file.length < 4) throw new IllegalArgumentException("too short");
        int length = ByteBuffer.wrap(file).getInt();
        byte[] copy = new byte[length];
        System.arraycopy(file, 4, copy, 0, Math.min(length, file.length - 4));
    }

    /** Takes it that what follows "k" is a number. */
    private static void hasty(String json) {
        int key = json.indexOf("\"k\" : ");
        if (key < 0) throw new IllegalArgumentException("no [k]");
        char value = json.charAt(key + 6);
        if (value == '[') throw new IllegalStateException("a planted mistake");
    }

    @Test
    void a_length_that_is_trusted_is_found() {
        Mutations mutations = new Mutations(1);
        byte[] valid = ByteBuffer.allocate(12).putInt(8).array();
        assertTrue(IntStream.range(0, ENOUGH).anyMatch(i -> {
            try {
                trusting(mutations.ofBytes(valid));
                return false;
            } catch (IllegalArgumentException e) {
                return false;
            } catch (NegativeArraySizeException | OutOfMemoryError e) {
                return true;
            }
        }));
    }

    @Test
    void a_value_of_another_kind_is_found() {
        Mutations mutations = new Mutations(2);
        assertTrue(IntStream.range(0, ENOUGH).anyMatch(i -> {
            try {
                hasty(mutations.ofJson("{\"meaning\": {\"query\": \"tyre\", \"k\": 3}}"));
                return false;
            } catch (IllegalArgumentException | StringIndexOutOfBoundsException e) {
                return false;
            } catch (IllegalStateException e) {
                return true;
            }
        }));
    }

    @Test
    void the_same_seed_makes_the_same_inputs() {
        Mutations first = new Mutations(3);
        Mutations second = new Mutations(3);
        for (int i = 0; i < 100; i++) assertEquals(first.ofJson("{\"a\": [1, 2]}"), second.ofJson("{\"a\": [1, 2]}"));
    }
}
