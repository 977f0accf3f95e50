package io.semanticsearch.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class StatusFunctionTest {

    private final OrtApi api = Natives.open().api();

    @Test
    void what_java_throws_comes_out_as_our_exception() {
        MemorySegment dead;
        try (Arena arena = Arena.ofConfined()) {
            dead = arena.allocate(8);
        }
        OnnxException e = assertThrows(OnnxException.class, () -> api.createSessionOptions.call(dead));
        assertEquals("CreateSessionOptions could not be called: java.lang.IllegalStateException: Already closed", e.getMessage());
        assertEquals(OnnxException.NO_CODE, e.code());
        assertInstanceOf(IllegalStateException.class, e.getCause());
    }
}
