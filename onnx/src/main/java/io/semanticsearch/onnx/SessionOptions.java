package io.semanticsearch.onnx;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a model is opened. The defaults suit many calls at a time, each on a thread of the caller: such a session has no thread of its own.
 *
 * @param intraThreads threads that work on one operator of a call, the caller's included
 * @param interThreads threads that work on several operators of a call
 * @param optimization how far the graph is rewritten when it is opened
 * @param cpuArena keeps freed memory for the next call; calls that run at the same time then wait for each other
 * @param memoryPattern remembers for each combination of input shapes how memory was used; grows with every new one
 * @param spinning threads of the session wait by running in circles, which helps only while processors are idle
 * @param optimizedModel where to write the rewritten graph, if wanted
 * @param config further entries by the keys of {@code onnxruntime_session_options_config_keys.h}
 * @param cuda runs on a graphics processor what can run there
 */
public record SessionOptions(int intraThreads,
        int interThreads,
        Optimization optimization,
        boolean cpuArena,
        boolean memoryPattern,
        boolean spinning,
        Optional<Path> optimizedModel,
        Map<String, String> config,
        Optional<CudaOptions> cuda) {

    /** One thread, all rewriting, no arena, no memory pattern, no spinning, on the CPU. */
    public static final SessionOptions DEFAULT = new SessionOptions(1, 1, Optimization.ALL, false, false, false, Optional.empty(),
            Map.of(), Optional.empty());

    public SessionOptions {
        if (intraThreads < 1) throw new IllegalArgumentException("[intraThreads] is [" + intraThreads + "], expected 1 or more");
        if (interThreads < 1) throw new IllegalArgumentException("[interThreads] is [" + interThreads + "], expected 1 or more");
        Objects.requireNonNull(optimization, "optimization");
        Objects.requireNonNull(optimizedModel, "optimizedModel");
        Objects.requireNonNull(cuda, "cuda");
        config = Map.copyOf(config);
    }

    /** {@code GraphOptimizationLevel} of {@code onnxruntime_c_api.h}. */
    public enum Optimization {
        NONE(0), BASIC(1), EXTENDED(2), ALL(99);

        private final int code;

        Optimization(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }
    }

    public SessionOptions withIntraThreads(int threads) {
        return new SessionOptions(threads, interThreads, optimization, cpuArena, memoryPattern, spinning, optimizedModel, config,
                cuda);
    }

    /**
     * For calls that come one at a time and should be answered soon: threads of the session's own help the caller's. They run in circles
     * while a call lasts, because they would wake too late for its many short operators, and sleep when it has ended.
     *
     * @param threads that work on a call, the caller's included
     */
    public SessionOptions forLoneCalls(int threads) {
        return new SessionOptions(threads, interThreads, optimization, cpuArena, memoryPattern, true, optimizedModel, config,
                cuda).withConfig("session.force_spinning_stop", "1");
    }

    public SessionOptions withOptimization(Optimization level) {
        return new SessionOptions(intraThreads, interThreads, level, cpuArena, memoryPattern, spinning, optimizedModel, config,
                cuda);
    }

    public SessionOptions withCpuArena(boolean arena) {
        return new SessionOptions(intraThreads, interThreads, optimization, arena, memoryPattern, spinning, optimizedModel,
                config, cuda);
    }

    public SessionOptions withMemoryPattern(boolean pattern) {
        return new SessionOptions(intraThreads, interThreads, optimization, cpuArena, pattern, spinning, optimizedModel, config,
                cuda);
    }

    public SessionOptions withOptimizedModel(Path file) {
        return new SessionOptions(intraThreads, interThreads, optimization, cpuArena, memoryPattern, spinning, Optional.of(file),
                config,
                cuda);
    }

    public SessionOptions withConfig(String key, String value) {
        Map<String, String> more = new TreeMap<>(config);
        more.put(key, value);
        return new SessionOptions(intraThreads, interThreads, optimization, cpuArena, memoryPattern, spinning, optimizedModel,
                more, cuda);
    }

    public SessionOptions withCuda(CudaOptions options) {
        return new SessionOptions(intraThreads, interThreads, optimization, cpuArena, memoryPattern, spinning, optimizedModel,
                config,
                Optional.of(options));
    }
}
