package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.AttributeProto;
import io.semanticsearch.onnx.proto.ElementType;
import io.semanticsearch.onnx.proto.GraphProto;
import io.semanticsearch.onnx.proto.NodeProto;
import io.semanticsearch.onnx.proto.TensorData;
import io.semanticsearch.onnx.proto.TensorProto;
import io.semanticsearch.onnx.proto.ValueInfoProto;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Collects the parts of a graph. A value has the name of the operator that makes it. */
final class GraphBuilder {

    private final ElementType reals;
    private final List<NodeProto> nodes = new ArrayList<>();
    private final List<TensorProto> constants;
    private final boolean branch;
    private final List<ValueInfoProto> inputs = new ArrayList<>();
    private final List<ValueInfoProto> outputs = new ArrayList<>();

    /** With weights in fp32. */
    GraphBuilder() {
        this(ElementType.FLOAT);
    }

    /** @param reals what weights of a file are written in: fp32 or fp16 */
    GraphBuilder(ElementType reals) {
        this(reals, new ArrayList<>(), false);
    }

    private GraphBuilder(ElementType reals, List<TensorProto> constants, boolean branch) {
        this.reals = reals;
        this.constants = constants;
        this.branch = branch;
    }

    /** For the operators of one way that an operator can take; their constants are those of this graph. */
    GraphBuilder branch() {
        return new GraphBuilder(reals, constants, true);
    }

    /** An operator of ONNX. */
    String onnx(String name, String operator, List<String> reads, AttributeProto... attributes) {
        return node(new NodeProto(name, "", operator, reads, List.of(name), List.of(attributes)));
    }

    /** An operator of ONNX Runtime: https://github.com/microsoft/onnxruntime, {@code docs/ContribOperators.md}. */
    String microsoft(String name, String operator, List<String> reads, AttributeProto... attributes) {
        return node(new NodeProto(name, NodeProto.MICROSOFT, operator, reads, List.of(name), List.of(attributes)));
    }

    /** Any operator; gives the name of what it makes first. */
    String node(NodeProto node) {
        nodes.add(node);
        return node.output();
    }

    String constant(TensorProto constant) {
        constants.add(constant);
        return constant.name();
    }

    String floats(String name, List<Long> shape, float... values) {
        return constant(TensorProto.floats(name, shape, values));
    }

    String longs(String name, List<Long> shape, long... values) {
        return constant(TensorProto.longs(name, shape, values));
    }

    /**
     * Numbers that come of weights, as these are written.
     *
     * @param values makes them, row-major; asked when they are written
     */
    String reals(String name, List<Long> shape, Supplier<float[]> values) {
        long count = shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
        TensorData data = new TensorData.Computed(count * reals.bytes(), out -> {
            float[] numbers = values.get();
            reals.write(numbers, numbers.length, out);
        });
        return constant(new TensorProto(name, reals.code(), shape, data));
    }

    /** The same along two axes: a matrix to multiply by, made when it is written, one after the other. */
    String matrix(String name, int inputs, int outputs, Supplier<float[]> values) {
        return reals(name, List.of((long) inputs, (long) outputs), values);
    }

    /** Weights of a file along two axes. */
    String table(String name, Matrix matrix) {
        return stored(name, matrix, List.of((long) matrix.rows(), (long) matrix.columns()));
    }

    /** One row of weights of a file, along one axis. */
    String vector(String name, Matrix matrix) {
        return stored(name, matrix, List.of((long) matrix.columns()));
    }

    private String stored(String name, Matrix matrix, List<Long> shape) {
        return constant(new TensorProto(name, reals.code(), shape, matrix.as(reals)));
    }

    String input(ValueInfoProto input) {
        inputs.add(input);
        return input.name();
    }

    void output(ValueInfoProto output) {
        outputs.add(output);
    }

    GraphProto build(String name) {
        return new GraphProto(name, nodes, branch ? List.of() : constants, inputs, outputs);
    }
}
