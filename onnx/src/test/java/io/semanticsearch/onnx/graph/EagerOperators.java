package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.AttributeProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The modules of PyTorch that have weights, and GELU, as exporters write them. */
final class EagerOperators {

    private final GraphBuilder graph;
    private final RandomWeights weights;
    private final ExportStyle style;
    private final String prefix;
    private final Map<List<Float>, String> stored = new HashMap<>();
    private int generated = 400;

    EagerOperators(GraphBuilder graph, RandomWeights weights, ExportStyle style, String prefix) {
        this.graph = graph;
        this.weights = weights;
        this.style = style;
        this.prefix = prefix;
    }

    /** What exporters call the operators of a module; nothing but a number where there are no paths. */
    String path(String module) {
        if (!style.paths()) return "node_" + generated++;
        return "/" + (prefix + module).replaceAll("\\.(?!\\d)", "/");
    }

    String table(String name) {
        return graph.floats(prefix + name, axes(name), weights.get(name));
    }

    String linear(String x, String name) {
        String path = path(name);
        if (style.linear() == ExportStyle.LinearStyle.GEMM) return gemm(x, path, name);
        return graph.onnx(path + "/Add", "Add", List.of(vector(name + WeightNames.BIAS), product(x, path, name)));
    }

    /** A linear layer without a bias; exporters make no Gemm of it. */
    String product(String x, String name) {
        return product(x, path(name), name);
    }

    private String product(String x, String path, String name) {
        String weight = name + WeightNames.WEIGHT;
        String matrix = switch (style.linear()) {
            case GENERATED_NAMES -> transposed(weight, "onnx::MatMul_" + generated++);
            case OWN_NAMES -> transposed(weight, prefix + weight);
            case TRANSPOSED_IN_GRAPH, GEMM ->
                graph.onnx(path + "/Transpose", "Transpose", List.of(table(weight)), AttributeProto.of("perm", List.of(1L, 0L)));
        };
        return graph.onnx(path + "/MatMul", "MatMul", List.of(x, matrix));
    }

    private String gemm(String x, String path, String name) {
        long[] axes = weights.axes(name + WeightNames.WEIGHT);
        String flat = graph.onnx(path + "/Reshape", "Reshape", List.of(x, graph.longs(path + "/flat", List.of(2L), -1, axes[1])));
        String product = graph.onnx(path + "/Gemm", "Gemm",
                List.of(flat, table(name + WeightNames.WEIGHT), vector(name + WeightNames.BIAS)),
                AttributeProto.of("transB", 1));
        String outer = graph.onnx(path + "/Shape", "Shape", List.of("input_ids"));
        String shape = graph.onnx(path + "/Concat", "Concat", List.of(outer, graph.longs(path + "/last", List.of(1L), axes[0])),
                AttributeProto.of("axis", 0));
        return graph.onnx(path + "/Reshape_1", "Reshape", List.of(product, shape));
    }

    /** A norm, without a shift where the weights have none. */
    String norm(String x, String name) {
        String path = path(name);
        List<String> factors = new ArrayList<>(List.of(vector(name + WeightNames.WEIGHT)));
        if (weights.values().containsKey(name + WeightNames.BIAS)) factors.add(vector(name + WeightNames.BIAS));
        if (style.norm() == ExportStyle.NormStyle.ONE_OPERATOR) {
            factors.addFirst(x);
            return graph.onnx(path + "/LayerNormalization", "LayerNormalization", factors,
                    AttributeProto.of("axis", -1),
                    AttributeProto.of("epsilon", weights.shape().epsilon()));
        }
        AttributeProto last = AttributeProto.of("axes", List.of(-1L));
        String centered = graph.onnx(path + "/Sub", "Sub",
                List.of(x, graph.onnx(path + "/ReduceMean", "ReduceMean", List.of(x), last)));
        String squared = graph.onnx(path + "/Pow", "Pow", List.of(centered, graph.floats(path + "/two", List.of(), 2)));
        String variance = graph.onnx(path + "/ReduceMean_1", "ReduceMean", List.of(squared), last);
        String more = graph.onnx(path + "/Add", "Add",
                List.of(variance, graph.floats(path + "/epsilon", List.of(), weights.shape().epsilon())));
        String divided = graph.onnx(path + "/Div", "Div", List.of(centered, graph.onnx(path + "/Sqrt", "Sqrt", List.of(more))));
        String scaled = graph.onnx(path + "/Mul", "Mul", List.of(divided, factors.getFirst()));
        return factors.size() == 1 ? scaled : graph.onnx(path + "/Add_1", "Add", List.of(scaled, factors.get(1)));
    }

    String gelu(String x, String path) {
        String scaled = graph.onnx(path + "/Div", "Div",
                List.of(x, graph.floats(path + "/root", List.of(), (float) Math.sqrt(2))));
        String erf = graph.onnx(path + "/Erf", "Erf", List.of(scaled));
        String shifted = graph.onnx(path + "/Add", "Add", List.of(erf, graph.floats(path + "/one", List.of(), 1)));
        String product = graph.onnx(path + "/Mul", "Mul", List.of(x, shifted));
        return graph.onnx(path + "/Mul_1", "Mul", List.of(product, graph.floats(path + "/half", List.of(), 0.5f)));
    }

    /** A vector under its own name, or under that of an equal one. */
    private String vector(String name) {
        if (style.sharing() == ExportStyle.Sharing.NONE) return graph.floats(prefix + name, axes(name), weights.get(name));
        List<Float> key = IntStream.range(0, weights.get(name).length).mapToObj(i -> weights.get(name)[i]).toList();
        String equal = stored.putIfAbsent(key, prefix + name);
        if (equal == null) return graph.floats(prefix + name, axes(name), weights.get(name));
        return style.sharing() == ExportStyle.Sharing.ONE_NAME ? equal : graph.onnx(prefix + name, "Identity", List.of(equal));
    }

    private String transposed(String weight, String name) {
        int rows = (int) weights.axes(weight)[0];
        int columns = (int) weights.axes(weight)[1];
        float[] from = weights.get(weight);
        float[] to = new float[from.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) to[column * rows + row] = from[row * columns + column];
        }
        return graph.floats(name, List.of((long) columns, (long) rows), to);
    }

    private List<Long> axes(String name) {
        return Arrays.stream(weights.axes(name)).boxed().toList();
    }
}
