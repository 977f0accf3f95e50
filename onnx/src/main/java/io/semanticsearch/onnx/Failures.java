package io.semanticsearch.onnx;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Reads the status of a failed call and releases it. Lines are those of {@code onnxruntime_c_api.h} of version 1.28.0.
 *
 * @param code {@code OrtErrorCode GetErrorCode(const OrtStatus* status)}, line 1312
 * @param message {@code const char* GetErrorMessage(const OrtStatus* status)}, line 1319; the text belongs to the status
 * @param release {@code void ReleaseStatus(OrtStatus* status)}, line 2450
 */
record Failures(MemorySegment code, MemorySegment message, MemorySegment release) {

    private static final MethodHandle CODE = handle(FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    private static final MethodHandle MESSAGE = handle(FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS));

    OnnxException read(String function, long status) {
        MemorySegment pointer = MemorySegment.ofAddress(status);
        try {
            int number = (int) CODE.invokeExact(code, pointer);
            MemorySegment text = (MemorySegment) MESSAGE.invokeExact(message, pointer);
            return new OnnxException(number, function + " failed with code [" + number + "]: " + string(text).strip());
        } catch (Throwable e) {
            return new OnnxException(OnnxException.NO_CODE, function + " failed, and why could not be read: " + e, e);
        } finally {
            new VoidFunction(new Function("ReleaseStatus", release, this)).call(pointer);
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle(FunctionDescriptor signature) {
        return Linker.nativeLinker().downcallHandle(signature);
    }

    @SuppressWarnings("restricted")
    private static String string(MemorySegment text) {
        return text.reinterpret(Long.MAX_VALUE).getString(0);
    }
}
