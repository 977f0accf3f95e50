package io.semanticsearch.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** ONNX Runtime's own Java API with direct buffers. */
final class OrtBuffersEncoder implements Encoder {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;
    private final TokenPooling pooling;

    OrtBuffersEncoder(Path export, TokenPooling pooling, int threads) throws OrtException {
        this.pooling = pooling;
        this.session = OrtSessions.open(environment, export, threads);
    }

    @Override
    public float[][] embed(List<int[]> texts) throws OrtException {
        PaddedBatch batch = PaddedBatch.of(texts);
        Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
        inputs.put("input_ids", tensor(batch.ids()));
        inputs.put("attention_mask", tensor(batch.mask()));
        inputs.put("token_type_ids", tensor(batch.types()));
        try (OrtSession.Result result = session.run(inputs)) {
            FloatBuffer buffer = ((OnnxTensor) result.get(0)).getFloatBuffer();
            float[] values = new float[buffer.remaining()];
            buffer.get(values);
            return pooling.of(batch, values);
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private OnnxTensor tensor(long[][] rows) throws OrtException {
        int columns = rows[0].length;
        LongBuffer buffer = ByteBuffer.allocateDirect(rows.length * columns * Long.BYTES).order(ByteOrder.nativeOrder())
                .asLongBuffer();
        for (long[] row : rows) buffer.put(row);
        return OnnxTensor.createTensor(environment, buffer.flip(), new long[]{rows.length, columns});
    }

    @Override
    public void close() {
        OrtSessions.close(session);
    }
}
