package io.semanticsearch.benchmarks;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import java.nio.file.Path;
import java.util.List;

/** Deep Java Library, on one thread, with one of its engines. */
final class DjlEncoder implements Encoder {
    static final String ONNX = "OnnxRuntime";
    static final String PYTORCH = "PyTorch";

    private final ZooModel<NDList, NDList> model;
    private final Predictor<NDList, NDList> predictor;
    private final NDManager manager;
    private final TokenPooling pooling;

    private DjlEncoder(ZooModel<NDList, NDList> model, TokenPooling pooling) {
        this.pooling = pooling;
        this.model = model;
        this.predictor = model.newPredictor();
        this.manager = model.getNDManager();
    }

    /** With its ONNX Runtime engine. */
    static DjlEncoder onnx(Path export, TokenPooling pooling) throws Exception {
        return new DjlEncoder(criteria(export, ONNX).optOption("intraOpNumThreads", "1").build().loadModel(), pooling);
    }

    /** With its PyTorch engine. */
    static DjlEncoder pyTorch(Path script, TokenPooling pooling) throws Exception {
        return new DjlEncoder(criteria(script, PYTORCH).build().loadModel(), pooling);
    }

    private static Criteria.Builder<NDList, NDList> criteria(Path file, String engine) {
        return Criteria.builder().setTypes(NDList.class, NDList.class).optModelPath(file.toAbsolutePath()).optEngine(engine)
                .optDevice(Device.cpu()).optTranslator(new NoopTranslator());
    }

    /** Before its first use: keeps it from the network and from the home directory. */
    static void prepare(Path cache) {
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("DJL_CACHE_DIR", cache.toAbsolutePath().toString());
        System.setProperty("ENGINE_CACHE_DIR", cache.toAbsolutePath().toString());
        System.setProperty("ai.djl.pytorch.num_threads", "1");
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        // It wants to be the first to make ONNX Runtime's environment.
        Engine.getEngine(ONNX);
    }

    static String version(String engine) {
        return Engine.getEngine(engine).getVersion();
    }

    @Override
    public float[][] embed(List<int[]> texts) throws Exception {
        PaddedBatch batch = PaddedBatch.of(texts);
        try (NDManager scope = manager.newSubManager()) {
            NDList inputs = new NDList(scope.create(batch.ids()), scope.create(batch.mask()), scope.create(batch.types()));
            try (NDList outputs = predictor.predict(inputs)) {
                NDArray output = outputs.getFirst();
                float[] values = output.toFloatArray();
                if (output.getShape().dimension() == 3) return pooling.of(batch, values);
                float[][] vectors = new float[texts.size()][values.length / texts.size()];
                for (int row = 0; row < vectors.length; row++)
                    System.arraycopy(values, row * vectors[row].length, vectors[row], 0, vectors[row].length);
                return vectors;
            }
        }
    }

    @Override
    public void close() {
        predictor.close();
        model.close();
    }
}
