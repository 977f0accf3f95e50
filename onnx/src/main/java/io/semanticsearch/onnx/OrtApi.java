package io.semanticsearch.onnx;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.LongAdder;

/**
 * The functions of ONNX Runtime that are used, each with its C prototype and the line of {@code onnxruntime_c_api.h} of version 1.28.0. Their
 * places in the table never change: a new version adds at its end. Longer than other files because it is a table.
 *
 * <p>Also counts the native objects that live, so that a test, or an operator, sees a leak. Safe for many threads.
 */
final class OrtApi {

    /** The version of the table that has all of these functions; newer libraries still offer it. */
    static final int VERSION = 22;

    private static final int SLOTS = 320;

    private final MemorySegment table;
    private final Failures failures;
    private final LongAdder live = new LongAdder();

    /** 1335: {@code OrtStatus* CreateEnv(OrtLoggingLevel log_severity_level, const char* logid, OrtEnv** out)} */
    final StatusFunction.IPP createEnv = new StatusFunction.IPP(function(3, "CreateEnv"));
    /**
     * 1351: {@code OrtStatus* CreateEnvWithCustomLogger(OrtLoggingFunction logging_function, void* logger_param,
     * OrtLoggingLevel log_severity_level, const char* logid, OrtEnv** out)}
     */
    final StatusFunction.PPIPP createEnvWithCustomLogger = new StatusFunction.PPIPP(function(4, "CreateEnvWithCustomLogger"));
    /** 1369: {@code OrtStatus* DisableTelemetryEvents(const OrtEnv* env)} */
    final StatusFunction.P disableTelemetryEvents = new StatusFunction.P(function(6, "DisableTelemetryEvents"));
    /** 2781: {@code OrtStatus* GetAvailableProviders(char*** out_ptr, int* provider_length)} */
    final StatusFunction.PP getAvailableProviders = new StatusFunction.PP(function(125, "GetAvailableProviders"));
    /** 2791: {@code OrtStatus* ReleaseAvailableProviders(char** ptr, int providers_length)} */
    final StatusFunction.PI releaseAvailableProviders = new StatusFunction.PI(function(126, "ReleaseAvailableProviders"));
    /** 2207: {@code OrtStatus* GetAllocatorWithDefaultOptions(OrtAllocator** out)} */
    final StatusFunction.P getAllocatorWithDefaultOptions = new StatusFunction.P(function(78, "GetAllocatorWithDefaultOptions"));
    /** 2195: {@code OrtStatus* AllocatorFree(OrtAllocator* ort_allocator, void* p)} */
    final StatusFunction.PP allocatorFree = new StatusFunction.PP(function(76, "AllocatorFree"));
    /** 2152: {@code OrtStatus* CreateCpuMemoryInfo(OrtAllocatorType type, OrtMemType mem_type, OrtMemoryInfo** out)} */
    final StatusFunction.IIP createCpuMemoryInfo = new StatusFunction.IIP(function(69, "CreateCpuMemoryInfo"));
    /**
     * 2139: {@code OrtStatus* CreateMemoryInfo(const char* name, OrtAllocatorType type, int id, OrtMemType mem_type,
     * OrtMemoryInfo** out)}
     */
    final StatusFunction.PIIIP createMemoryInfo = new StatusFunction.PIIIP(function(68, "CreateMemoryInfo"));
    /** 2454: {@code void ReleaseMemoryInfo(OrtMemoryInfo* input)} */
    final VoidFunction releaseMemoryInfo = new VoidFunction(function(94, "ReleaseMemoryInfo"));

    /** 1449: {@code OrtStatus* CreateSessionOptions(OrtSessionOptions** options)} */
    final StatusFunction.P createSessionOptions = new StatusFunction.P(function(10, "CreateSessionOptions"));
    /** 1597: {@code OrtStatus* SetIntraOpNumThreads(OrtSessionOptions* options, int intra_op_num_threads)} */
    final StatusFunction.PI setIntraOpNumThreads = new StatusFunction.PI(function(24, "SetIntraOpNumThreads"));
    /** 1611: {@code OrtStatus* SetInterOpNumThreads(OrtSessionOptions* options, int inter_op_num_threads)} */
    final StatusFunction.PI setInterOpNumThreads = new StatusFunction.PI(function(25, "SetInterOpNumThreads"));
    /**
     * 1581: {@code OrtStatus* SetSessionGraphOptimizationLevel(OrtSessionOptions* options, GraphOptimizationLevel
     * graph_optimization_level)}
     */
    final StatusFunction.PI setSessionGraphOptimizationLevel = new StatusFunction.PI(
            function(23, "SetSessionGraphOptimizationLevel"));
    /** 1542: {@code OrtStatus* DisableCpuMemArena(OrtSessionOptions* options)} */
    final StatusFunction.P disableCpuMemArena = new StatusFunction.P(function(19, "DisableCpuMemArena"));
    /** 1524: {@code OrtStatus* DisableMemPattern(OrtSessionOptions* options)} */
    final StatusFunction.P disableMemPattern = new StatusFunction.P(function(17, "DisableMemPattern"));
    /** 1458: {@code OrtStatus* SetOptimizedModelFilePath(OrtSessionOptions* options, const ORTCHAR_T* optimized_model_filepath)} */
    final StatusFunction.PP setOptimizedModelFilePath = new StatusFunction.PP(function(11, "SetOptimizedModelFilePath"));
    /**
     * 2845: {@code OrtStatus* AddSessionConfigEntry(OrtSessionOptions* options, const char* config_key, const char*
     * config_value)}
     */
    final StatusFunction.PPP addSessionConfigEntry = new StatusFunction.PPP(function(130, "AddSessionConfigEntry"));
    /** 4008: {@code OrtStatus* CreateCUDAProviderOptions(OrtCUDAProviderOptionsV2** out)} */
    final StatusFunction.P createCudaOptions = new StatusFunction.P(function(205, "CreateCUDAProviderOptions"));
    /**
     * 4027: {@code OrtStatus* UpdateCUDAProviderOptions(OrtCUDAProviderOptionsV2* cuda_options, const char*
     * const* provider_options_keys, const char* const* provider_options_values, size_t num_keys)}
     */
    final StatusFunction.PPPJ updateCudaOptions = new StatusFunction.PPPJ(function(206, "UpdateCUDAProviderOptions"));
    /**
     * 3993: {@code OrtStatus* SessionOptionsAppendExecutionProvider_CUDA_V2(OrtSessionOptions* options, const
     * OrtCUDAProviderOptionsV2* cuda_options)}
     */
    final StatusFunction.PP appendCuda = new StatusFunction.PP(function(204, "SessionOptionsAppendExecutionProvider_CUDA_V2"));
    /** 4054: {@code void ReleaseCUDAProviderOptions(OrtCUDAProviderOptionsV2* input)} */
    final VoidFunction releaseCudaOptions = new VoidFunction(function(208, "ReleaseCUDAProviderOptions"));
    /** 2478: {@code void ReleaseSessionOptions(OrtSessionOptions* input)} */
    final VoidFunction releaseSessionOptions = new VoidFunction(function(100, "ReleaseSessionOptions"));

    /**
     * 1389: {@code OrtStatus* CreateSession(const OrtEnv* env, const ORTCHAR_T* model_path, const OrtSessionOptions* options,
     * OrtSession** out)}
     */
    final StatusFunction.PPPP createSession = new StatusFunction.PPPP(function(7, "CreateSession"));
    /** 1685: {@code OrtStatus* SessionGetInputCount(const OrtSession* session, size_t* out)} */
    final StatusFunction.PP sessionGetInputCount = new StatusFunction.PP(function(30, "SessionGetInputCount"));
    /** 1698: {@code OrtStatus* SessionGetOutputCount(const OrtSession* session, size_t* out)} */
    final StatusFunction.PP sessionGetOutputCount = new StatusFunction.PP(function(31, "SessionGetOutputCount"));
    /**
     * 1750: {@code OrtStatus* SessionGetInputName(const OrtSession* session, size_t index, OrtAllocator* allocator, char**
     * value)}
     */
    final StatusFunction.PJPP sessionGetInputName = new StatusFunction.PJPP(function(36, "SessionGetInputName"));
    /**
     * 1761: {@code OrtStatus* SessionGetOutputName(const OrtSession* session, size_t index, OrtAllocator* allocator, char**
     * value)}
     */
    final StatusFunction.PJPP sessionGetOutputName = new StatusFunction.PJPP(function(37, "SessionGetOutputName"));
    /** 1719: {@code OrtStatus* SessionGetInputTypeInfo(const OrtSession* session, size_t index, OrtTypeInfo** type_info)} */
    final StatusFunction.PJP sessionGetInputTypeInfo = new StatusFunction.PJP(function(33, "SessionGetInputTypeInfo"));
    /** 1729: {@code OrtStatus* SessionGetOutputTypeInfo(const OrtSession* session, size_t index, OrtTypeInfo** type_info)} */
    final StatusFunction.PJP sessionGetOutputTypeInfo = new StatusFunction.PJP(function(34, "SessionGetOutputTypeInfo"));
    /** 2458: {@code void ReleaseSession(OrtSession* input)} */
    final VoidFunction releaseSession = new VoidFunction(function(95, "ReleaseSession"));

    /** 1998: {@code OrtStatus* GetOnnxTypeFromTypeInfo(const OrtTypeInfo* type_info, ONNXType* out)} */
    final StatusFunction.PP getOnnxTypeFromTypeInfo = new StatusFunction.PP(function(56, "GetOnnxTypeFromTypeInfo"));
    /**
     * 1988: {@code OrtStatus* CastTypeInfoToTensorInfo(const OrtTypeInfo* type_info, result_maybenull_ const
     * OrtTensorTypeAndShapeInfo** out)}
     */
    final StatusFunction.PP castTypeInfoToTensorInfo = new StatusFunction.PP(function(55, "CastTypeInfoToTensorInfo"));
    /** 2040: {@code OrtStatus* GetTensorElementType(const OrtTensorTypeAndShapeInfo* info, ONNXTensorElementDataType* out)} */
    final StatusFunction.PP getTensorElementType = new StatusFunction.PP(function(60, "GetTensorElementType"));
    /** 2052: {@code OrtStatus* GetDimensionsCount(const OrtTensorTypeAndShapeInfo* info, size_t* out)} */
    final StatusFunction.PP getDimensionsCount = new StatusFunction.PP(function(61, "GetDimensionsCount"));
    /**
     * 2062: {@code OrtStatus* GetDimensions(const OrtTensorTypeAndShapeInfo* info, int64_t* dim_values, size_t
     * dim_values_length)}
     */
    final StatusFunction.PPJ getDimensions = new StatusFunction.PPJ(function(62, "GetDimensions"));
    /**
     * 2073: {@code OrtStatus* GetSymbolicDimensions(const OrtTensorTypeAndShapeInfo* info, const
     * char* dim_params[], size_t dim_params_length)}
     */
    final StatusFunction.PPJ getSymbolicDimensions = new StatusFunction.PPJ(function(63, "GetSymbolicDimensions"));
    /** 2474: {@code void ReleaseTensorTypeAndShapeInfo(OrtTensorTypeAndShapeInfo* input)} */
    final VoidFunction releaseTensorTypeAndShapeInfo = new VoidFunction(function(99, "ReleaseTensorTypeAndShapeInfo"));
    /** 2470: {@code void ReleaseTypeInfo(OrtTypeInfo* input)} */
    final VoidFunction releaseTypeInfo = new VoidFunction(function(98, "ReleaseTypeInfo"));

    /**
     * 1908: {@code OrtStatus* CreateTensorWithDataAsOrtValue(const OrtMemoryInfo* info, void* p_data, size_t p_data_len, const
     * int64_t* shape, size_t shape_len, ONNXTensorElementDataType type, OrtValue** out)}
     */
    final StatusFunction.PPJPJIP createTensor = new StatusFunction.PPJPJIP(function(49, "CreateTensorWithDataAsOrtValue"));
    /** 2105: {@code OrtStatus* GetTensorTypeAndShape(const OrtValue* value, OrtTensorTypeAndShapeInfo** out)} */
    final StatusFunction.PP getTensorTypeAndShape = new StatusFunction.PP(function(65, "GetTensorTypeAndShape"));
    /** 1931: {@code OrtStatus* GetTensorMutableData(OrtValue* value, void** out)} */
    final StatusFunction.PP getTensorMutableData = new StatusFunction.PP(function(51, "GetTensorMutableData"));
    /** 3872: {@code OrtStatus* GetTensorMemoryInfo(const OrtValue* value, const OrtMemoryInfo** mem_info)} */
    final StatusFunction.PP getTensorMemoryInfo = new StatusFunction.PP(function(194, "GetTensorMemoryInfo"));
    /** 2174: {@code OrtStatus* MemoryInfoGetName(const OrtMemoryInfo* ptr, const char** out)} */
    final StatusFunction.PP memoryInfoGetName = new StatusFunction.PP(function(71, "MemoryInfoGetName"));
    /** 2462: {@code void ReleaseValue(OrtValue* input)} */
    final VoidFunction releaseValue = new VoidFunction(function(96, "ReleaseValue"));

    /** 1785: {@code OrtStatus* CreateRunOptions(OrtRunOptions** out)} */
    final StatusFunction.P createRunOptions = new StatusFunction.P(function(39, "CreateRunOptions"));
    /** 1860: {@code OrtStatus* RunOptionsSetTerminate(OrtRunOptions* options)} */
    final StatusFunction.P runOptionsSetTerminate = new StatusFunction.P(function(46, "RunOptionsSetTerminate"));
    /** 1870: {@code OrtStatus* RunOptionsUnsetTerminate(OrtRunOptions* options)} */
    final StatusFunction.P runOptionsUnsetTerminate = new StatusFunction.P(function(47, "RunOptionsUnsetTerminate"));
    /** 2466: {@code void ReleaseRunOptions(OrtRunOptions* input)} */
    final VoidFunction releaseRunOptions = new VoidFunction(function(97, "ReleaseRunOptions"));
    /**
     * 1424: {@code OrtStatus* Run(OrtSession* session, const OrtRunOptions* run_options, const char*
     * const* input_names, const OrtValue* const* inputs, size_t input_len, const
     * char* const* output_names, size_t output_names_len, OrtValue** outputs)}
     */
    final StatusFunction.PPPPJPJP run = new StatusFunction.PPPPJPJP(function(9, "Run"));

    /** 2896: {@code OrtStatus* CreateIoBinding(OrtSession* session, OrtIoBinding** out)} */
    final StatusFunction.PP createIoBinding = new StatusFunction.PP(function(134, "CreateIoBinding"));
    /** 2916: {@code OrtStatus* BindInput(OrtIoBinding* binding_ptr, const char* name, const OrtValue* val_ptr)} */
    final StatusFunction.PPP bindInput = new StatusFunction.PPP(function(136, "BindInput"));
    /**
     * 2945: {@code OrtStatus* BindOutputToDevice(OrtIoBinding* binding_ptr, const char* name, const OrtMemoryInfo*
     * mem_info_ptr)}
     */
    final StatusFunction.PPP bindOutputToDevice = new StatusFunction.PPP(function(138, "BindOutputToDevice"));
    /** 3959: {@code OrtStatus* SynchronizeBoundInputs(OrtIoBinding* binding_ptr)} */
    final StatusFunction.P synchronizeBoundInputs = new StatusFunction.P(function(202, "SynchronizeBoundInputs"));
    /**
     * 2883: {@code OrtStatus* RunWithBinding(OrtSession* session, const OrtRunOptions* run_options, const OrtIoBinding*
     * binding_ptr)}
     */
    final StatusFunction.PPP runWithBinding = new StatusFunction.PPP(function(133, "RunWithBinding"));
    /** 3969: {@code OrtStatus* SynchronizeBoundOutputs(OrtIoBinding* binding_ptr)} */
    final StatusFunction.P synchronizeBoundOutputs = new StatusFunction.P(function(203, "SynchronizeBoundOutputs"));
    /**
     * 2984: {@code OrtStatus* GetBoundOutputValues(const OrtIoBinding* binding_ptr, OrtAllocator* allocator,
     * OrtValue*** output, size_t* output_count)}
     */
    final StatusFunction.PPPP getBoundOutputValues = new StatusFunction.PPPP(function(140, "GetBoundOutputValues"));
    /** 2904: {@code void ReleaseIoBinding(OrtIoBinding* input)} */
    final VoidFunction releaseIoBinding = new VoidFunction(function(135, "ReleaseIoBinding"));

    /** @param table {@code const OrtApi*} */
    @SuppressWarnings("restricted")
    OrtApi(MemorySegment table) {
        // Before the fields above, which are made of these.
        MemorySegment all = table.reinterpret(SLOTS * ValueLayout.ADDRESS.byteSize());
        this.table = all;
        this.failures = new Failures(address(all, 1), address(all, 2), address(all, 93));
        super();
    }

    /** A native object that was made, and counts until it is released. */
    MemorySegment made(Out.Pointer out) {
        countMade();
        return out.value();
    }

    /** Counts a native object whose pointer is already where it belongs. */
    void countMade() {
        live.increment();
    }

    /** Releases what {@link #made} counted. */
    void release(VoidFunction function, MemorySegment object) {
        live.decrement();
        function.call(object);
    }

    /** How many native objects were made and not released. */
    long live() {
        return live.sum();
    }

    /** Copies a string of the library, which the default allocator made, and frees it. */
    String take(MemorySegment allocator, Out.Pointer out) {
        MemorySegment text = out.value();
        try {
            return string(text);
        } finally {
            allocatorFree.call(allocator, text);
        }
    }

    /** Copies a string that belongs to the library. */
    @SuppressWarnings("restricted")
    static String string(MemorySegment text) {
        return text.address() == 0 ? "" : text.reinterpret(Long.MAX_VALUE).getString(0);
    }

    private Function function(int slot, String name) {
        return new Function(name, address(table, slot), failures);
    }

    private static MemorySegment address(MemorySegment table, int slot) {
        return table.getAtIndex(ValueLayout.ADDRESS, slot);
    }
}
