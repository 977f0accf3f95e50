package io.semanticsearch.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** That whatever is neither a result nor a refusal fails the test. */
class TrialsTest {

    private final Trials trials = new Trials(Duration.ofSeconds(2), 1 << 20);

    private static Supplier<Integer> numbers() {
        int[] next = {0};
        return () -> next[0]++ % 10;
    }

    private AssertionError failure(Trials.Target<Integer> target) {
        return assertThrows(AssertionError.class,
                () -> trials.run(100, numbers(), IllegalArgumentException.class::isInstance, target));
    }

    private static void refuse(int input) {
        if (input < 3) throw new IllegalArgumentException("too small");
    }

    @Test
    void results_and_refusals_are_counted() {
        Trials.Outcome outcome = trials.run(100, numbers(), IllegalArgumentException.class::isInstance, TrialsTest::refuse);
        assertEquals(Mutations.inputs(100), outcome.tried());
        assertEquals(outcome.tried() * 3 / 10, outcome.refused());
    }

    @Test
    void another_exception_and_an_error_show_the_input() {
        assertEquals("input [7] 7", failure(input -> {
            refuse(input);
            if (input == 7) throw new IllegalStateException("planted");
        }).getMessage());
        assertEquals("input [7] 7", failure(input -> {
            refuse(input);
            if (input == 7) throw new StackOverflowError();
        }).getMessage());
    }

    @Test
    void a_refusal_says_why() {
        assertEquals("input [3] 3 was refused without a word", failure(input -> {
            refuse(input);
            throw new IllegalArgumentException();
        }).getMessage());
    }

    @Test
    void an_input_that_keeps_the_thread_is_found() {
        String message = failure(input -> {
            refuse(input);
            if (input == 7) new CountDownLatch(1).await();
        }).getMessage();
        assertTrue(message.startsWith("input [7] 7 keeps the thread:\n\tat "), message);
    }

    @Test
    void an_input_that_takes_much_memory_is_found() {
        String message = failure(input -> {
            refuse(input);
            if (input == 7) refuse(new byte[2 << 20].length);
        }).getMessage();
        assertTrue(message.startsWith("input [7] 7 took ["), message);
    }

    @Test
    void all_or_none_refused_is_no_trial() {
        assertTrue(failure(input -> {
        }).getMessage().startsWith("[0] of ["));
    }
}
