package io.semanticsearch.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** ONNX Runtime's own Java API with Java arrays, as most programs use it. */
final class OrtArraysEncoder implements Encoder {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final TokenPooling pooling;

    OrtArraysEncoder(Path export, TokenPooling pooling, int threads) throws OrtException {
        this.pooling = pooling;
        this.session = OrtSessions.open(environment, export, threads);
    }

    @Override
    public float[][] embed(List<int[]> texts) throws OrtException {
        PaddedBatch batch = PaddedBatch.of(texts);
        Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
        inputs.put("input_ids", OnnxTensor.createTensor(environment, batch.ids()));
        inputs.put("attention_mask", OnnxTensor.createTensor(environment, batch.mask()));
        if (session.getInputNames().contains("token_type_ids"))
            inputs.put("token_type_ids", OnnxTensor.createTensor(environment, batch.types()));
        try (OrtSession.Result result = session.run(inputs)) {
            float[][][] tokens = (float[][][]) result.get(0).getValue();
            float[][] vectors = new float[texts.size()][];
            for (int row = 0; row < vectors.length; row++) {
                float[][] text = tokens[row];
                vectors[row] = pooling.of(texts.get(row).length, text[0].length, (token, sum) -> {
                    for (int i = 0; i < sum.length; i++) sum[i] += text[token][i];
                });
            }
            return vectors;
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    @Override
    public void close() {
        OrtSessions.close(session);
    }
}
