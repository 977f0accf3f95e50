package io.semanticsearch.onnx;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Optional;

/** The few functions of the C library that Java has no equal of. */
final class NativeSystem {

    /** POSIX, {@code dlfcn.h}. */
    private static final int RTLD_NOW = 2;

    private NativeSystem() {}

    /**
     * Sets a variable of this process's environment, where native code sees it; does nothing where there is no {@code setenv}.
     *
     * <p>{@code int setenv(const char* name, const char* value, int overwrite)}; POSIX, {@code stdlib.h}.
     */
    @SuppressWarnings("restricted")
    static void setEnvironment(String name, String value) {
        Optional<MemorySegment> function = Linker.nativeLinker().defaultLookup().find("setenv");
        if (function.isEmpty()) return;
        FunctionDescriptor signature = FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT);
        try (Arena arena = Arena.ofConfined()) {
            int failed = (int) Linker.nativeLinker().downcallHandle(function.get(), signature)
                    .invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 1);
            if (failed != 0) throw new OnnxUnavailableException("the environment variable [" + name + "] could not be set");
        } catch (OnnxUnavailableException | IllegalCallerException e) {
            throw e;
        } catch (Throwable e) {
            throw new OnnxUnavailableException("the environment variable [" + name + "] could not be set: " + e, e);
        }
    }

    /**
     * Asks the system's loader why a library that Java failed to load cannot be loaded, because Java does not tell.
     *
     * <p>{@code void* dlopen(const char* file, int mode)} and {@code char* dlerror(void)}; POSIX, {@code dlfcn.h}.
     */
    @SuppressWarnings("restricted")
    static Optional<String> whyNotLoaded(Path file) {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> open = linker.defaultLookup().find("dlopen");
        Optional<MemorySegment> error = linker.defaultLookup().find("dlerror");
        if (open.isEmpty() || error.isEmpty()) return Optional.empty();
        try (Arena arena = Arena.ofConfined()) {
            FunctionDescriptor signature = FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
            MemorySegment library = (MemorySegment) linker.downcallHandle(open.get(), signature)
                    .invokeExact(arena.allocateFrom(file.toString()), RTLD_NOW);
            if (library.address() != 0) return Optional.empty();
            MemorySegment message = (MemorySegment) linker.downcallHandle(error.get(), FunctionDescriptor.of(ValueLayout.ADDRESS))
                    .invokeExact();
            if (message.address() == 0) return Optional.empty();
            return Optional.of(message.reinterpret(Long.MAX_VALUE).getString(0));
        } catch (Throwable e) {
            return Optional.empty();
        }
    }
}
