package io.semanticsearch.onnx;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Variables of the process's environment as native code sees them; Java's own copy dates from its start. */
final class NativeEnvironment {

    private NativeEnvironment() {}

    /** {@code char* getenv(const char* name)}; empty if there is none. */
    @SuppressWarnings("restricted")
    static String get(String name) throws Exception {
        Linker linker = Linker.nativeLinker();
        FunctionDescriptor signature = FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = (MemorySegment) linker
                    .downcallHandle(linker.defaultLookup().find("getenv").orElseThrow(), signature)
                    .invokeExact(arena.allocateFrom(name));
            return OrtApi.string(value);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
