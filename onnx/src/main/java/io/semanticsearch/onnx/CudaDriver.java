package io.semanticsearch.onnx;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;

/** The driver of NVIDIA's graphics processors: https://docs.nvidia.com/cuda/cuda-driver-api. Once asked it stays in the process. */
final class CudaDriver {

    /** Its name on Linux. */
    static final String LIBRARY = "libcuda.so.1";

    /** {@code CUDA_ERROR_NO_DEVICE} */
    private static final int NO_DEVICE = 100;

    private CudaDriver() {}

    /**
     * How many processors it knows.
     *
     * <p>{@code CUresult cuInit(unsigned int Flags)}, {@code CUresult cuDeviceGetCount(int* count)}; {@code cuda.h}.
     *
     * @throws OnnxUnavailableException that says what the driver said
     */
    @SuppressWarnings("restricted")
    static int devices() {
        Linker linker = Linker.nativeLinker();
        try (Arena arena = Arena.ofConfined()) {
            SymbolLookup driver = SymbolLookup.libraryLookup(LIBRARY, Arena.global());
            int failed = (int) linker.downcallHandle(driver.findOrThrow("cuInit"),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT)).invokeExact(0);
            MemorySegment count = arena.allocate(ValueLayout.JAVA_INT);
            if (failed == 0) {
                failed = (int) linker.downcallHandle(driver.findOrThrow("cuDeviceGetCount"),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS)).invokeExact(count);
            }
            if (failed == NO_DEVICE) return 0;
            if (failed != 0)
                throw new OnnxUnavailableException("the driver [" + LIBRARY + "] answers with the error [" + failed + "]");
            return count.get(ValueLayout.JAVA_INT, 0);
        } catch (OnnxUnavailableException | IllegalCallerException e) {
            throw e;
        } catch (Throwable e) {
            throw new OnnxUnavailableException("the driver [" + LIBRARY + "] cannot be asked: " + e, e);
        }
    }
}
