package io.semanticsearch.onnx;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * An {@link OnnxLog} as the C function that ONNX Runtime calls: {@code void (*OrtLoggingFunction)(void* param, OrtLoggingLevel severity,
 * const char* category, const char* logid, const char* code_location, const char* message)}; {@code onnxruntime_c_api.h} of 1.28.0,
 * line 442.
 */
final class LogUpcall {

    /** {@code OrtLoggingLevel}: warning, error, fatal. */
    static final int WARNING = 2;
    static final int ERROR = 3;
    static final int FATAL = 4;

    private final OnnxLog log;

    private LogUpcall(OnnxLog log) {
        this.log = log;
    }

    /** A pointer to the function; valid until the process ends, like the environment that calls it. */
    @SuppressWarnings("restricted")
    static MemorySegment function(OnnxLog log) {
        MethodType type = MethodType.methodType(void.class, MemorySegment.class, int.class, MemorySegment.class,
                MemorySegment.class,
                MemorySegment.class, MemorySegment.class);
        try {
            MethodHandle target = MethodHandles.lookup().findVirtual(LogUpcall.class, "call", type).bindTo(new LogUpcall(log));
            FunctionDescriptor signature = FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
            return Linker.nativeLinker().upcallStub(target, signature, Arena.global());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    void call(MemorySegment param,
            int severity,
            MemorySegment category,
            MemorySegment logId,
            MemorySegment place,
            MemorySegment message) {
        try {
            System.Logger.Level level = severity <= WARNING ? System.Logger.Level.WARNING : System.Logger.Level.ERROR;
            log.log(level, OrtApi.string(message), OrtApi.string(place));
        } catch (Throwable e) {
            // It must not get out: the process would end.
        }
    }
}
