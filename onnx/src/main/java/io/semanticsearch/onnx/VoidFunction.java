package io.semanticsearch.onnx;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** A C function that takes one pointer, mostly to free it, and cannot fail: {@code void Release…(…* input)}. */
record VoidFunction(Function function) {

    private static final MethodHandle HANDLE = handle();

    void call(MemorySegment pointer) {
        try {
            HANDLE.invokeExact(function.address(), pointer);
        } catch (Throwable e) {
            throw function.broken(e);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle() {
        return Linker.nativeLinker().downcallHandle(FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
    }
}
