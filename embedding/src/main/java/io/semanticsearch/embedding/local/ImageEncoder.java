package io.semanticsearch.embedding.local;

import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.image.ImagePreprocessor;
import io.semanticsearch.embedding.image.UnusableImageException;
import io.semanticsearch.embedding.local.ImageModelFamily.Encoder;
import io.semanticsearch.onnx.OnnxCall;
import io.semanticsearch.onnx.OnnxException;
import io.semanticsearch.onnx.OnnxSession;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The graph that makes vectors of images, opened, and what is done to an image before. Safe for many threads, which run it side by side,
 * each with a call of its own that is kept for the next. Closed by whoever opened it, when nothing runs any more.
 */
final class ImageEncoder implements AutoCloseable {

    private static final int COLOURS = 3;

    private final String model;
    private final OnnxSession session;
    private final Encoder encoder;
    private final ImagePreprocessor preprocessor;
    private final Queue<OnnxCall> idle = new ConcurrentLinkedQueue<>();

    /**
     * Takes over the session, which {@link #close} closes.
     *
     * @param model as its user wrote it, for messages
     * @param session of a graph that is the encoder
     */
    ImageEncoder(String model, OnnxSession session, Encoder encoder, ImagePreprocessor preprocessor) {
        this.model = model;
        this.session = session;
        this.encoder = encoder;
        this.preprocessor = preprocessor;
    }

    /** The tensor of one image: float32 [3, height, width]; throws as {@link ImagePreprocessor#pixels(byte[])} does. */
    float[] pixels(byte[] image) throws UnusableImageException {
        return preprocessor.pixels(image);
    }

    /** The tensor of an image of nothing but zeros. */
    float[] blank() {
        return new float[COLOURS * preprocessor.height() * preprocessor.width()];
    }

    /**
     * Runs images side by side.
     *
     * @param images tensors of {@link #pixels}, 1 or more
     * @return of each image the vector, not normalised
     */
    List<float[]> run(List<float[]> images) {
        OnnxCall call = idle.poll();
        if (call == null) call = session.newCall(List.of(encoder.output()));
        boolean usable = false;
        try {
            MemorySegment target = call.input(0, images.size(), COLOURS, preprocessor.height(), preprocessor.width());
            long at = 0;
            for (float[] pixels : images) {
                MemorySegment.copy(pixels, 0, target, ValueLayout.JAVA_FLOAT, at, pixels.length);
                at += (long) pixels.length * Float.BYTES;
            }
            call.outputOfAnyShape(0);
            call.run();
            List<float[]> vectors = vectors(call, images.size());
            usable = true;
            return vectors;
        } catch (OnnxException e) {
            throw new EmbeddingException.BrokenModel("model [" + model + "] failed on [" + images.size() + "] images of ["
                    + preprocessor.width() + "] x [" + preprocessor.height() + "] pixels: " + e.getMessage(), e);
        } finally {
            if (usable) {
                idle.add(call);
            } else {
                call.close();
            }
        }
    }

    private List<float[]> vectors(OnnxCall call, int images) {
        long[] shape = call.resultShape(0);
        MemorySegment result = call.result(0);
        if (shape.length != 2 || shape[0] != images || shape[1] < 1 || result.byteSize() != images * shape[1] * Float.BYTES) {
            throw new EmbeddingException.BrokenModel("model [" + model + "] gave [" + result.byteSize() + "] bytes of the shape "
                    + Arrays.toString(shape) + ", expected float32 [images, dimensions] for [" + images + "] images");
        }
        int width = Math.toIntExact(shape[1]);
        List<float[]> vectors = new ArrayList<>(images);
        for (int i = 0; i < images; i++) {
            float[] vector = new float[width];
            MemorySegment.copy(result, ValueLayout.JAVA_FLOAT, (long) i * width * Float.BYTES, vector, 0, vector.length);
            vectors.add(vector);
        }
        return vectors;
    }

    @Override
    public void close() {
        for (OnnxCall call = idle.poll(); call != null; call = idle.poll()) call.close();
        session.close();
    }
}
