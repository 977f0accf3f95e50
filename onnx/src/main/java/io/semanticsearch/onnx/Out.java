package io.semanticsearch.onnx;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Places for what C functions hand out through a pointer; one type for each width, because a place too small would be written past. */
final class Out {

    private Out() {}

    /** {@code T** out} */
    record Pointer(MemorySegment place) {
        Pointer(Arena arena) {
            this(arena.allocate(ValueLayout.ADDRESS));
        }

        MemorySegment value() {
            return place.get(ValueLayout.ADDRESS, 0);
        }
    }

    /** {@code size_t* out} */
    record Size(MemorySegment place) {
        Size(Arena arena) {
            this(arena.allocate(ValueLayout.JAVA_LONG));
        }

        long value() {
            return place.get(ValueLayout.JAVA_LONG, 0);
        }
    }

    /** {@code int* out}, an enum as well */
    record Int(MemorySegment place) {
        Int(Arena arena) {
            this(arena.allocate(ValueLayout.JAVA_INT));
        }

        int value() {
            return place.get(ValueLayout.JAVA_INT, 0);
        }
    }
}
