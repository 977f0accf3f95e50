package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.BrokenModelException;
import io.semanticsearch.onnx.proto.ElementType;
import io.semanticsearch.onnx.safetensors.Dtype;
import io.semanticsearch.onnx.safetensors.Safetensors;
import io.semanticsearch.onnx.safetensors.TensorView;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The weights of an encoder in a safetensors file. */
final class SafetensorsFile implements WeightSource {

    private final Safetensors tensors;
    private final String file;
    private final Map<String, Matrix> matrices = new LinkedHashMap<>();

    private SafetensorsFile(Safetensors tensors, String file) throws IOException {
        this.tensors = tensors;
        this.file = file;
        for (String name : tensors.names()) {
            TensorView tensor = tensors.tensor(name).orElseThrow();
            Optional<ElementType> type = real(tensor.type());
            // The others are no weights of an encoder.
            if (type.isPresent() && (tensor.shape().size() == 1 || tensor.shape().size() == 2)) {
                matrices.put(name, matrix(tensor, type.get()));
            }
        }
    }

    /** @param name relative to the model's folder */
    static SafetensorsFile open(Path file, String name) {
        try {
            Safetensors tensors = Safetensors.open(file);
            try {
                return new SafetensorsFile(tensors, name);
            } catch (IOException | RuntimeException e) {
                tensors.close();
                throw e;
            }
        } catch (NoSuchFileException e) {
            throw new BrokenModelException("file [" + name + "] is missing", e);
        } catch (IOException e) {
            throw new BrokenModelException(
                    "file [" + name + "] is not a usable safetensors file: " + e.getMessage() + "; fetch it again", e);
        }
    }

    private static Matrix matrix(TensorView tensor, ElementType type) throws IOException {
        List<Long> shape = tensor.shape();
        if (shape.stream().anyMatch(length -> length > Integer.MAX_VALUE)) {
            throw new IOException("tensor [" + tensor.name() + "] has the shape " + shape + ", expected at most ["
                    + Integer.MAX_VALUE + "] along an axis");
        }
        int rows = shape.size() == 1 ? 1 : shape.getFirst().intValue();
        return new Matrix(tensor.name(), type, rows, shape.getLast().intValue(), tensor.data());
    }

    private static Optional<ElementType> real(Dtype type) {
        return switch (type) {
            case F32 -> Optional.of(ElementType.FLOAT);
            case F16 -> Optional.of(ElementType.FLOAT16);
            case BF16 -> Optional.of(ElementType.BFLOAT16);
            case F64 -> Optional.of(ElementType.DOUBLE);
            case BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, U16, I32, U32, I64, U64 -> Optional.empty();
        };
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
        tensors.close();
    }
}
