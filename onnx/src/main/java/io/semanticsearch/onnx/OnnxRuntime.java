package io.semanticsearch.onnx;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * ONNX Runtime in this process: opens models. There is one for each library, made when it is first asked for and kept until the process
 * ends: the library cannot be unloaded, and to end its environment while anything of it lives would take the process down. Safe for many
 * threads.
 *
 * <p>Nothing is sent or recorded: a build that collects usage data is told not to before it can begin.
 */
public final class OnnxRuntime {

    /** {@code OrtDeviceAllocator}, {@code OrtMemTypeDefault}. */
    private static final int DEVICE_ALLOCATOR = 0;
    private static final int DEFAULT_MEMORY = 0;

    private static final Map<Path, OnnxRuntime> RUNTIMES = new HashMap<>();

    private final OrtApi api;
    private final String version;
    private final MemorySegment environment;
    private final MemorySegment allocator;
    private final MemorySegment cpuMemory;
    private final List<String> providers;
    private final CudaNeeds cudaNeeds;
    private final DeadlineWatch deadlines = new DeadlineWatch();

    private OnnxRuntime(NativeLibrary library, CudaNeeds cudaNeeds, Optional<OnnxLog> log) {
        this.cudaNeeds = cudaNeeds;
        Base base = Base.of(library);
        this.version = base.version();
        this.api = new OrtApi(base.api());
        try (Arena arena = Arena.ofConfined()) {
            Out.Pointer out = new Out.Pointer(arena);
            MemorySegment name = arena.allocateFrom("semantic-search");
            if (log.isPresent()) {
                MemorySegment function = LogUpcall.function(log.get());
                api.createEnvWithCustomLogger.call(function, MemorySegment.NULL, LogUpcall.WARNING, name, out.place());
            } else {
                // Anything less would be printed to the standard error of the process; what failed is in the exception as well.
                api.createEnv.call(LogUpcall.FATAL, name, out.place());
            }
            this.environment = out.value();
            api.disableTelemetryEvents.call(environment);
            api.getAllocatorWithDefaultOptions.call(out.place());
            this.allocator = out.value();
            api.createCpuMemoryInfo.call(DEVICE_ALLOCATOR, DEFAULT_MEMORY, out.place());
            this.cpuMemory = out.value();
            this.providers = readProviders(arena);
        }
    }

    /** {@link #open(Path, OnnxLog)} without a log: what goes wrong is only in the exceptions. */
    public static OnnxRuntime open(Path natives) {
        return openChecked(natives, Optional.empty());
    }

    /**
     * Opens the library for this platform, if it is what the build put there.
     *
     * @param natives folder that has a folder for each platform, such as {@code linux-x64}
     * @param log taken only by the first call for a library
     * @throws OnnxUnavailableException that says what is missing
     */
    public static OnnxRuntime open(Path natives, OnnxLog log) {
        return openChecked(natives, Optional.of(log));
    }

    /**
     * Opens another build of ONNX Runtime, 1.22 or newer, such as one for graphics processors. Its content is not checked: whoever names it
     * vouches for it. A file that is cut off ends the process.
     */
    public static OnnxRuntime openLibrary(Path library, OnnxLog log) {
        return open(library, Map.of(), Optional.of(log));
    }

    /** Opens a model; {@link OnnxException} says what is wrong with it. */
    public OnnxSession openSession(Path model, SessionOptions options) {
        return OnnxSession.open(this, model, options);
    }

    /** The version of the library, as in {@code 1.28.0}. */
    public String version() {
        return version;
    }

    /** What the library can run models on, as in {@code CPUExecutionProvider}, {@code CUDAExecutionProvider}. */
    public List<String> providers() {
        return providers;
    }

    /** Whether this build can run models by CUDA, if it finds what it needs. */
    public boolean hasCuda() {
        return providers.contains(NativeSessionOptions.CUDA);
    }

    /**
     * What this machine lacks to run models by CUDA, a phrase each: libraries, driver, processor. None does not promise that it works.
     *
     * @param device number of the graphics processor, from 0
     */
    public List<String> missingForCuda(int device) {
        return cudaNeeds.missing(device);
    }

    /** How many native objects were made and not released: sessions, calls, tensors. */
    public long liveObjects() {
        return api.live();
    }

    OrtApi api() {
        return api;
    }

    MemorySegment environment() {
        return environment;
    }

    /** The allocator of the strings and arrays that the library hands out. */
    MemorySegment allocator() {
        return allocator;
    }

    /** {@code OrtMemoryInfo*} of this process's own memory. */
    MemorySegment cpuMemory() {
        return cpuMemory;
    }

    DeadlineWatch deadlines() {
        return deadlines;
    }

    private static OnnxRuntime openChecked(Path natives, Optional<OnnxLog> log) {
        Properties known = NativeLibrary.known();
        Platform platform = Platform.current();
        return open(NativeLibrary.find(natives, platform, known), NativeLibrary.providers(platform, known), log);
    }

    private static synchronized OnnxRuntime open(Path file, Map<String, String> providers, Optional<OnnxLog> log) {
        try {
            // Builds since 1.29 begin to collect when they are first used; they look at this before.
            NativeSystem.setEnvironment("ORT_DISABLE_TELEMETRY", "1");
            NativeLibrary library = NativeLibrary.load(file);
            OnnxRuntime known = RUNTIMES.get(library.file());
            if (known != null) return known;
            OnnxRuntime runtime = new OnnxRuntime(library, new CudaNeeds(library.file(), providers), log);
            RUNTIMES.put(library.file(), runtime);
            return runtime;
        } catch (OnnxUnavailableException e) {
            throw e;
        } catch (IllegalCallerException e) {
            throw new OnnxUnavailableException("this Java process does not let the plugin call native code; "
                    + "start it with [--enable-native-access=ALL-UNNAMED]", e);
        } catch (OnnxException | LinkageError | UnsupportedOperationException e) {
            throw new OnnxUnavailableException("ONNX Runtime in [" + file + "] cannot be used: " + e, e);
        }
    }

    @SuppressWarnings("restricted")
    private List<String> readProviders(Arena arena) {
        Out.Pointer names = new Out.Pointer(arena);
        Out.Int count = new Out.Int(arena);
        api.getAvailableProviders.call(names.place(), count.place());
        MemorySegment array = names.value().reinterpret(count.value() * ValueLayout.ADDRESS.byteSize());
        try {
            List<String> all = new ArrayList<>();
            for (int i = 0; i < count.value(); i++) {
                all.add(OrtApi.string(array.getAtIndex(ValueLayout.ADDRESS, i)));
            }
            return List.copyOf(all);
        } finally {
            api.releaseAvailableProviders.call(array, count.value());
        }
    }

    /**
     * What {@code const OrtApiBase* OrtGetApiBase(void)} gives, the only function that the library exports; {@code onnxruntime_c_api.h} of
     * 1.28.0, lines 929 to 954.
     *
     * @param api what {@code const OrtApi* (*GetApi)(uint32_t version)} gives
     * @param version what {@code const char* (*GetVersionString)(void)} gives
     */
    private record Base(MemorySegment api, String version) {

        @SuppressWarnings("restricted")
        static Base of(NativeLibrary library) {
            MemorySegment function = library.symbols().find("OrtGetApiBase").orElseThrow(
                    () -> new OnnxUnavailableException("[" + library.file() + "] is no ONNX Runtime: it has no [OrtGetApiBase]"));
            Linker linker = Linker.nativeLinker();
            MemorySegment api;
            String version;
            try {
                FunctionDescriptor pointer = FunctionDescriptor.of(ValueLayout.ADDRESS);
                MemorySegment base = ((MemorySegment) linker.downcallHandle(function, pointer).invokeExact())
                        .reinterpret(2 * ValueLayout.ADDRESS.byteSize());
                MemorySegment getApi = base.getAtIndex(ValueLayout.ADDRESS, 0);
                MemorySegment getVersion = base.getAtIndex(ValueLayout.ADDRESS, 1);
                api = (MemorySegment) linker
                        .downcallHandle(getApi, FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT))
                        .invokeExact(OrtApi.VERSION);
                version = OrtApi.string((MemorySegment) linker.downcallHandle(getVersion, pointer).invokeExact());
            } catch (Throwable e) {
                throw new OnnxUnavailableException("[" + library.file() + "] could not be asked for its functions: " + e, e);
            }
            if (api.address() != 0) return new Base(api, version);
            throw new OnnxUnavailableException("[" + library.file() + "] is ONNX Runtime [" + version + "], expected 1."
                    + OrtApi.VERSION + " or newer");
        }
    }
}
