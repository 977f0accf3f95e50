package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.BrokenModelException;
import io.semanticsearch.onnx.proto.MappedFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Weights as Hugging Face publishes them: https://github.com/huggingface/safetensors: the length of a header, the header in JSON, the data. */
final class SafetensorsFile implements WeightSource {

    /** A header has some hundred bytes a tensor. */
    private static final long MAX_HEADER_BYTES = 32L << 20;
    private static final ValueLayout.OfLong LENGTH = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Arena arena;
    private final String file;
    private final Map<String, Matrix> matrices;

    private SafetensorsFile(Arena arena, Path file, String name) throws IOException {
        this.arena = arena;
        this.file = name;
        MemorySegment bytes = MappedFile.map(file, arena);
        if (bytes.byteSize() < LENGTH.byteSize()) throw new IOException("it ends before its header");
        long header = bytes.get(LENGTH, 0);
        long left = bytes.byteSize() - LENGTH.byteSize();
        if (header < 0 || header > Math.min(left, MAX_HEADER_BYTES)) {
            throw new IOException("its header claims [" + Long.toUnsignedString(header) + "] bytes, expected at most ["
                    + Math.min(left, MAX_HEADER_BYTES) + "]");
        }
        this.matrices = SafetensorsHeader.read(bytes.asSlice(LENGTH.byteSize(), header),
                bytes.asSlice(LENGTH.byteSize() + header));
    }

    /** @param name relative to the model's folder */
    static SafetensorsFile open(Path file, String name) {
        Arena arena = Arena.ofShared();
        boolean opened = false;
        try {
            SafetensorsFile safetensors = new SafetensorsFile(arena, file, name);
            opened = true;
            return safetensors;
        } catch (NoSuchFileException e) {
            throw new BrokenModelException("file [" + name + "] is missing", e);
        } catch (IOException e) {
            throw new BrokenModelException(
                    "file [" + name + "] is not a usable safetensors file: " + e.getMessage() + "; fetch it again", e);
        } finally {
            if (!opened) arena.close();
        }
    }

    @Override
    public Collection<String> names() {
        return matrices.keySet();
    }

    @Override
    public Optional<Matrix> matrix(String name) {
        return Optional.ofNullable(matrices.get(name));
    }

    @Override
    public Optional<Linear> linear(String name) {
        return matrix(name + WeightNames.WEIGHT).flatMap(
                weight -> matrix(name + WeightNames.BIAS).map(bias -> new Linear(weight, true, bias)));
    }

    /** Files that began as TensorFlow's call scale and shift gamma and beta. */
    @Override
    public Optional<Norm> norm(String name) {
        Optional<Matrix> scale = matrix(name + WeightNames.WEIGHT).or(() -> matrix(name + ".gamma"));
        Optional<Matrix> shift = matrix(name + WeightNames.BIAS).or(() -> matrix(name + ".beta"));
        return scale.flatMap(of -> shift.map(by -> new Norm(of, by)));
    }

    @Override
    public Optional<Projection> projection(String name) {
        return matrix(name + WeightNames.WEIGHT).map(weight -> new Projection(weight, true));
    }

    @Override
    public Optional<Matrix> scale(String name) {
        return matrix(name + WeightNames.WEIGHT);
    }

    @Override
    public List<String> files() {
        return List.of(file);
    }

    @Override
    public void close() {
        arena.close();
    }
}
