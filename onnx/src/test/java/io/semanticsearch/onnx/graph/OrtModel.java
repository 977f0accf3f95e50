package io.semanticsearch.onnx.graph;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.Result;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** A model run by ONNX Runtime's own Java API, on one thread. */
final class OrtModel implements AutoCloseable {

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    OrtModel(Path file) throws OrtException {
        try (SessionOptions options = new SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
            options.setCPUArenaAllocator(false);
            session = environment.createSession(file.toString(), options);
        }
    }

    Set<String> inputs() {
        return session.getInputNames();
    }

    Set<String> outputs() {
        return session.getOutputNames();
    }

    /** The output {@code last_hidden_state}, [batch][tokens][hidden]. */
    float[][][] tokens(Texts texts) throws OrtException {
        return (float[][][]) run(texts);
    }

    /** The output {@code sentence_embedding}, [batch][hidden]. */
    float[][] sentences(Texts texts) throws OrtException {
        return (float[][]) run(texts);
    }

    private Object run(Texts texts) throws OrtException {
        Map<String, OnnxTensor> inputs = inputs(texts);
        try (Result result = session.run(inputs)) {
            return result.get(0).getValue();
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    /** Of the three usual inputs those that the model has; the caller closes them. */
    Map<String, OnnxTensor> inputs(Texts texts) throws OrtException {
        Map<String, OnnxTensor> inputs = new HashMap<>();
        for (String name : session.getInputNames()) {
            long[][] values = switch (name) {
                case "input_ids" -> texts.paddedIds();
                case "attention_mask" -> texts.mask();
                case "token_type_ids" -> texts.tokenTypes();
                default -> throw new IllegalStateException(name);
            };
            inputs.put(name, OnnxTensor.createTensor(environment, values));
        }
        return inputs;
    }

    /** Runs and throws the result away. */
    void runOnly(Map<String, OnnxTensor> inputs) throws OrtException {
        session.run(inputs).close();
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }
}
