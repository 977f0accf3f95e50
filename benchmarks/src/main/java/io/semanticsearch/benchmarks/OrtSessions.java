package io.semanticsearch.benchmarks;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.nio.file.Path;

/** Sessions of ONNX Runtime's own Java API: all rewriting, else as it comes. */
final class OrtSessions {
    private OrtSessions() {}

    static OrtSession open(OrtEnvironment environment, Path model, int threads) throws OrtException {
        try (SessionOptions options = new SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
            return environment.createSession(model.toString(), options);
        }
    }

    static void close(OrtSession session) {
        try {
            session.close();
        } catch (OrtException e) {
            throw new BenchmarkException("ONNX Runtime did not close a model: " + e.getMessage(), e);
        }
    }
}
