package io.semanticsearch.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxCallTest {

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    @TempDir
    private Path folder;
    private final OnnxRuntime runtime = Natives.open();
    private OnnxSession session;
    private OnnxCall call;

    @BeforeEach
    void open() throws Exception {
        TinyModel model = TinyModel.sum().output("negative", ElementType.INT64, "n").node("Neg", List.of("z"), "negative");
        session = runtime.openSession(model.write(folder.resolve("model.onnx")), SessionOptions.DEFAULT);
        call = session.newCall();
    }

    @AfterEach
    void close_and_nothing_native_is_left() {
        call.close();
        session.close();
        assertEquals(0, runtime.liveObjects());
    }

    @Test
    void an_output_of_known_shape_is_written_in_place() {
        MemorySegment sum = call.output(0, 3);
        fill(call.input(0, 3), 1, 2, 3);
        fill(call.input(1, 3), 4, 5, 6);
        call.run();
        assertArrayEquals(new long[]{5, 7, 9}, sum.toArray(LONG));
        assertSame(sum, call.result(0));
        assertArrayEquals(new long[]{-5, -7, -9}, call.result(1).toArray(LONG));
    }

    @Test
    void an_output_of_unknown_shape_follows_the_inputs() {
        for (int n : new int[]{3, 1, 200, 0, 2}) {
            long[] values = new long[n];
            java.util.Arrays.setAll(values, i -> i);
            fill(call.input(0, n), values);
            fill(call.input(1, n), values);
            call.run();
            assertArrayEquals(new long[]{n}, call.resultShape(0));
            assertArrayEquals(java.util.Arrays.stream(values).map(v -> 2 * v).toArray(), call.result(0).toArray(LONG));
        }
    }

    @Test
    void an_output_can_go_back_to_any_shape() {
        call.output(0, 2);
        add(new long[]{1, 2}, new long[]{1, 2});
        call.outputOfAnyShape(0);
        add(new long[]{1, 2, 3}, new long[]{1, 2, 3});
        assertArrayEquals(new long[]{2, 4, 6}, call.result(0).toArray(LONG));
    }

    @Test
    void only_the_wanted_outputs_are_given() {
        try (OnnxCall one = session.newCall(List.of("negative"))) {
            assertEquals("[negative: int64 [n]]", one.outputs().toString());
            fill(one.input(0, 1), 1);
            fill(one.input(1, 1), 2);
            one.run();
            assertArrayEquals(new long[]{-3}, one.resultTensor(0).longs());
            assertThrows(ArrayIndexOutOfBoundsException.class, () -> one.result(1));
        }
    }

    @Test
    void an_input_keeps_its_memory_and_numbers_between_runs() {
        MemorySegment x = call.input(0, 2);
        MemorySegment y = call.input(1, 2);
        fill(x, 1, 2);
        fill(y, 3, 4);
        call.run();
        fill(x, 10, 20);
        call.run();
        assertArrayEquals(new long[]{13, 24}, call.result(0).toArray(LONG));
        assertSame(x, call.input(0, 2));
    }

    @Test
    void a_smaller_shape_uses_the_same_memory() {
        long address = call.input(0, 100).address();
        MemorySegment smaller = call.input(0, 7);
        assertEquals(address, smaller.address());
        assertEquals(7 * 8, smaller.byteSize());
        assertEquals(address, call.input(0, 100).address());
    }

    @Test
    void memory_that_was_replaced_by_a_larger_one_is_dead() {
        MemorySegment small = call.input(0, 2);
        call.input(0, 1000);
        assertThrows(IllegalStateException.class, () -> small.set(LONG, 0, 1));
    }

    @Test
    void nothing_can_be_written_past_the_shape() {
        MemorySegment x = call.input(0, 2);
        assertThrows(IndexOutOfBoundsException.class, () -> x.setAtIndex(LONG, 2, 1));
    }

    @Test
    void inputs_and_outputs_may_lie_in_memory_of_the_caller() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment x = arena.allocateFrom(LONG, 1, 2, 3);
            MemorySegment sum = arena.allocate(LONG, 3);
            call.inputFrom(0, x, 3);
            call.inputFrom(1, x, 3);
            call.outputTo(0, sum, 3);
            call.run();
            assertArrayEquals(new long[]{2, 4, 6}, sum.toArray(LONG));
            call.inputFrom(1, x.asSlice(0, 24).asReadOnly(), 3);
            call.run();
        }
        IllegalStateException e = assertThrows(IllegalStateException.class, call::run);
        assertEquals("the memory lent for [x] was freed", e.getMessage());
    }

    @Test
    void memory_that_cannot_be_lent_is_told() {
        MemorySegment heap = MemorySegment.ofArray(new long[1]);
        assertEquals("[x] needs memory outside of Java's heap",
                assertThrows(IllegalArgumentException.class, () -> call.inputFrom(0, heap, 1)).getMessage());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment one = arena.allocate(LONG);
            assertEquals("[x] of shape [2] needs [16] bytes, the memory has [8]",
                    assertThrows(IllegalArgumentException.class, () -> call.inputFrom(0, one, 2)).getMessage());
            assertEquals("[z] needs memory that can be written",
                    assertThrows(IllegalArgumentException.class, () -> call.outputTo(0, one.asReadOnly(), 1)).getMessage());
        }
    }

    @Test
    void a_result_before_any_run_is_told() {
        assertEquals("[z] has no value yet; run the call first",
                assertThrows(IllegalStateException.class, () -> call.result(0)).getMessage());
    }

    @Test
    void a_call_in_work_leaves_no_garbage() {
        MemorySegment x = call.input(0, 64);
        fill(x, new long[64]);
        fill(call.input(1, 64), new long[64]);
        call.output(0, 64);
        call.output(1, 64);
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory
                .getThreadMXBean();
        // The first rounds are slow and leave some, until the JVM has compiled it.
        long perRun = Long.MAX_VALUE;
        for (int round = 0; round < 50 && perRun > 8; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            runs(10_000);
            perRun = (threads.getCurrentThreadAllocatedBytes() - before) / 10_000;
        }
        assertTrue(perRun <= 8, "[" + perRun + "] bytes a run");
    }

    private void runs(int count) {
        long[] shape = {64};
        for (int i = 0; i < count; i++) {
            call.input(0, shape).setAtIndex(LONG, 0, i);
            call.run();
        }
    }

    private void add(long[] x, long[] y) {
        fill(call.input(0, x.length), x);
        fill(call.input(1, y.length), y);
        call.run();
    }

    private static void fill(MemorySegment memory, long... values) {
        memory.copyFrom(MemorySegment.ofArray(values));
    }
}
