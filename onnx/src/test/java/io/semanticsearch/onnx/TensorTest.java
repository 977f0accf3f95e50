package io.semanticsearch.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

class TensorTest {

    @Test
    void numbers_come_back_as_they_were() {
        assertArrayEquals(new long[]{1, Long.MIN_VALUE}, Tensor.of(new long[]{1, Long.MIN_VALUE}, 2).longs());
        assertArrayEquals(new int[]{1, 2, 3, 4}, Tensor.of(new int[]{1, 2, 3, 4}, 2, 2).ints());
        assertArrayEquals(new float[]{1.5f}, Tensor.of(new float[]{1.5f}).floats());
    }

    @Test
    void memory_may_lie_at_any_address() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment odd = arena.allocate(17).asSlice(1);
            assertArrayEquals(new long[2], Tensor.of(ElementType.INT64, odd, 2).longs());
        }
    }

    @Test
    void numbers_that_do_not_fit_the_shape_are_told() {
        assertEquals("a tensor INT64 [2, 3] has [48] bytes, not [40]",
                assertThrows(IllegalArgumentException.class, () -> Tensor.of(new long[5], 2, 3)).getMessage());
    }

    @Test
    void another_type_is_told() {
        Tensor ints = Tensor.of(new int[]{1}, 1);
        assertEquals("the tensor is of type [INT32], expected [INT64]",
                assertThrows(IllegalStateException.class, ints::longs).getMessage());
        assertEquals("the tensor is of type [INT32], expected floats",
                assertThrows(IllegalStateException.class, ints::floats).getMessage());
    }

    @Test
    void the_shape_cannot_be_changed_from_outside() {
        long[] shape = {1};
        Tensor tensor = Tensor.of(new int[]{1}, shape);
        shape[0] = 7;
        tensor.shape()[0] = 8;
        assertArrayEquals(new long[]{1}, tensor.shape());
    }

    @Test
    void a_shape_is_written_as_models_name_it() {
        List<TensorInfo.Dimension> shape = List.of(new TensorInfo.Dimension(-1, "batch"), new TensorInfo.Dimension(-1, ""),
                new TensorInfo.Dimension(384, ""));
        assertEquals("hidden: float16 [batch, ?, 384]", new TensorInfo("hidden", ElementType.FLOAT16, shape).toString());
    }

    @Test
    void codes_of_types_that_are_no_plain_numbers_are_told() {
        for (ElementType type : ElementType.values()) {
            assertEquals(type, ElementType.of(type.code()));
        }
        assertEquals("tensors of type [8] are not supported, only those of plain numbers",
                assertThrows(OnnxException.class, () -> ElementType.of(8)).getMessage());
    }
}
