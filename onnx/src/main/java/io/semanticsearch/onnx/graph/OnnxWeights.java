package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.AttributeProto;
import io.semanticsearch.onnx.proto.ElementType;
import io.semanticsearch.onnx.proto.GraphProto;
import io.semanticsearch.onnx.proto.NodeProto;
import io.semanticsearch.onnx.proto.OnnxFile;
import io.semanticsearch.onnx.proto.TensorData;
import io.semanticsearch.onnx.proto.TensorProto;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The weights inside an ONNX export. Those that PyTorch uses as they are keep their names; the matrix of a linear layer is transposed on the
 * way and may be called {@code onnx::MatMul_123}. Such a layer is found by its bias or by the name of its operator, which repeats the path
 * of the module that it came from.
 */
final class OnnxWeights implements WeightSource {

    private final OnnxFile file;
    private final List<String> files;
    private final GraphProto graph;
    private final Map<String, TensorProto> constants = new HashMap<>();
    private final Map<String, NodeProto> makers = new HashMap<>();
    private final Map<String, List<NodeProto>> readers = new HashMap<>();

    private OnnxWeights(OnnxFile file, String name) {
        this.file = file;
        this.graph = file.model().graph();
        List<String> names = new ArrayList<>(List.of(name));
        String folder = name.substring(0, name.lastIndexOf('/') + 1);
        file.externalFiles().forEach(external -> names.add(folder + external));
        this.files = List.copyOf(names);
        graph.initializers().forEach(tensor -> constants.put(tensor.name(), tensor));
        for (NodeProto node : graph.nodes()) {
            node.outputs().forEach(output -> makers.put(output, node));
            node.inputs().forEach(input -> readers.computeIfAbsent(input, of -> new ArrayList<>()).add(node));
            // Equal constants may be stored once and lent under the names of the others.
            TensorProto lent = constants.get(node.input(0));
            if (node.is("Identity") && lent != null) constants.put(node.output(), lent);
        }
    }

    /** @param name relative to the model's folder */
    static OnnxWeights open(Path file, String name) {
        return new OnnxWeights(OnnxFile.open(file, name), name);
    }

    @Override
    public Collection<String> names() {
        return constants.keySet();
    }

    @Override
    public Optional<Matrix> matrix(String name) {
        TensorProto tensor = constants.get(name);
        if (tensor == null || tensor.shape().isEmpty() || tensor.shape().size() > 2) return Optional.empty();
        if (!tensor.elementType().map(ElementType::isReal).orElse(false)) return Optional.empty();
        if (!(tensor.data() instanceof TensorData.Stored stored)) return Optional.empty();
        if (tensor.shape().stream().anyMatch(length -> length > Integer.MAX_VALUE)) return Optional.empty();
        int rows = tensor.shape().size() == 1 ? 1 : tensor.shape().getFirst().intValue();
        return Optional
                .of(new Matrix(name, tensor.elementType().get(), rows, tensor.shape().getLast().intValue(), stored.values()));
    }

    @Override
    public Optional<Linear> linear(String name) {
        return byWeight(name).or(() -> byPath(name, "MatMul")).or(() -> byPath(name, "Gemm")).or(() -> byBias(name))
                .flatMap(this::linear);
    }

    @Override
    public Optional<Norm> norm(String name) {
        return byPath(name, "LayerNormalization").flatMap(node -> norm(matrix(node.input(1)), matrix(node.input(2))))
                .or(() -> norm(constant(byPath(name, "Mul")), constant(byPath(name, "Add_1"))))
                .or(() -> norm(matrix(name + WeightNames.WEIGHT), matrix(name + WeightNames.BIAS)));
    }

    @Override
    public Optional<Projection> projection(String name) {
        return byWeight(name).or(() -> byPath(name, "MatMul")).flatMap(this::projection);
    }

    @Override
    public Optional<Matrix> scale(String name) {
        return byPath(name, "LayerNormalization").flatMap(node -> matrix(node.input(1))).or(() -> constant(byPath(name, "Mul")))
                .or(() -> matrix(name + WeightNames.WEIGHT));
    }

    @Override
    public List<String> files() {
        return files;
    }

    @Override
    public void close() {
        file.close();
    }

    private static Optional<Norm> norm(Optional<Matrix> scale, Optional<Matrix> shift) {
        return scale.flatMap(of -> shift.map(by -> new Norm(of, by)));
    }

    /** The operator that multiplies by a matrix that kept its name, perhaps after turning it. */
    private Optional<NodeProto> byWeight(String name) {
        List<NodeProto> nodes = readers.getOrDefault(name + WeightNames.WEIGHT, List.of());
        if (nodes.size() == 1 && nodes.getFirst().is("Transpose"))
            nodes = readers.getOrDefault(nodes.getFirst().output(), List.of());
        return only(nodes.stream().filter(OnnxWeights::multiplies).toList());
    }

    /** The operator that feeds the one that adds the bias. */
    private Optional<NodeProto> byBias(String name) {
        String bias = name + WeightNames.BIAS;
        List<NodeProto> nodes = new ArrayList<>();
        for (NodeProto node : readers.getOrDefault(bias, List.of())) {
            if (node.is("Gemm")) nodes.add(node);
            if (node.is("Add"))
                node.inputs().stream().map(makers::get).filter(Objects::nonNull).filter(OnnxWeights::multiplies)
                        .forEach(nodes::add);
        }
        return only(nodes);
    }

    /** {@code encoder.layer.0.output.dense} becomes {@code …/encoder/layer.0/output/dense/MatMul}. */
    private Optional<NodeProto> byPath(String name, String operator) {
        String path = "/" + name.replaceAll("\\.(?!\\d)", "/") + "/" + operator;
        return only(graph.nodes().stream().filter(node -> ("/" + node.name()).endsWith(path)).toList());
    }

    private static boolean multiplies(NodeProto node) {
        return (node.is("MatMul") || node.is("Gemm")) && node.inputs().size() >= 2;
    }

    private Optional<Linear> linear(NodeProto product) {
        Optional<Matrix> bias = product.is("Gemm")
                ? matrix(product.input(2))
                : constant(only(readers.getOrDefault(product.output(), List.of())).filter(node -> node.is("Add")));
        return projection(product)
                .flatMap(layer -> bias.map(of -> new Linear(layer.weight(), layer.storedByOutput(), of)));
    }

    private Optional<Projection> projection(NodeProto product) {
        if (!multiplies(product)) return Optional.empty();
        String operand = product.input(1);
        boolean turned = product.is("Gemm")
                && product.attribute("transB").filter(AttributeProto.of("transB", 1)::equals).isPresent();
        NodeProto maker = makers.get(operand);
        if (maker != null && maker.is("Transpose")) {
            turned = !turned;
            operand = maker.input(0);
        }
        boolean byOutput = turned;
        return matrix(operand).map(weight -> new Projection(weight, byOutput));
    }

    /** The one constant that an operator reads. */
    private Optional<Matrix> constant(Optional<NodeProto> node) {
        return node.flatMap(of -> only(of.inputs().stream().filter(constants::containsKey).toList())).flatMap(this::matrix);
    }

    private static <T> Optional<T> only(List<T> found) {
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }
}
