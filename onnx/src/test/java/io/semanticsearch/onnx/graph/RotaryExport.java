package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.AttributeProto;
import io.semanticsearch.onnx.proto.ElementType;
import io.semanticsearch.onnx.proto.GraphProto;
import io.semanticsearch.onnx.proto.NodeProto;
import io.semanticsearch.onnx.proto.ValueInfoProto;
import java.util.Arrays;
import java.util.List;

/** An encoder with rotary positions as exporters write it, operator by operator as the Python code runs. */
final class RotaryExport {

    private final GraphBuilder graph = new GraphBuilder();
    private final EncoderShape shape;
    private final RotaryNames names;
    private final EagerOperators operators;
    private final EagerPositions positions;
    private String mask;
    private String localMask;

    RotaryExport(RandomWeights weights, ExportStyle style, String prefix) {
        this.shape = weights.shape();
        this.names = shape.architecture().rotaryNames();
        this.operators = new EagerOperators(graph, weights, style, prefix);
        this.positions = new EagerPositions(graph, shape);
    }

    GraphProto build() {
        for (String input : List.of("input_ids", "attention_mask"))
            graph.input(ValueInfoProto.of(input, ElementType.INT64, "batch", "sequence"));
        String x = graph.onnx("/embeddings/Gather", "Gather", List.of(operators.table(names.words()), "input_ids"));
        if (shape.tokenTypes() > 0) {
            String ids = shape.tokenTypes() > 1
                    ? graph.input(ValueInfoProto.of("token_type_ids", ElementType.INT64, "batch", "sequence"))
                    : graph.onnx("/embeddings/Sub", "Sub", List.of("input_ids", "input_ids"));
            String types = graph.onnx("/embeddings/Gather_1", "Gather", List.of(operators.table(names.tokenTypes()), ids));
            x = graph.onnx("/embeddings/Add", "Add", List.of(x, types));
        }
        x = operators.norm(x, names.embeddingNorm());
        masks();
        for (int i = 0; i < shape.layers(); i++) x = names.preNorm() ? modernLayer(x, i) : nomicLayer(x, i);
        if (names.preNorm()) x = operators.norm(x, names.finalNorm());
        graph.onnx("last_hidden_state", "Identity", List.of(x));
        graph.output(
                ValueInfoProto.of("last_hidden_state", ElementType.FLOAT, "batch", "sequence", Integer.toString(shape.hidden())));
        return graph.build("main_graph");
    }

    private String nomicLayer(String x, int number) {
        String layer = names.layers() + number;
        String path = operators.path(layer);
        String attended = operators.product(attention(x, layer, 1000, mask), layer + names.attentionOutput());
        String between = operators.norm(graph.onnx(path + "/Add", "Add", List.of(attended, x)), layer + names.attentionNorm());
        String value = operators.product(between, layer + names.gate());
        String gate = operators.product(between, layer + names.activated());
        String silu = graph.onnx(path + "/mlp/Mul", "Mul",
                List.of(gate, graph.onnx(path + "/mlp/Sigmoid", "Sigmoid", List.of(gate))));
        String narrow = operators.product(graph.onnx(path + "/mlp/Mul_1", "Mul", List.of(value, silu)), layer + names.down());
        return operators.norm(graph.onnx(path + "/Add_1", "Add", List.of(narrow, between)), layer + names.feedForwardNorm());
    }

    private String modernLayer(String x, int number) {
        String layer = names.layers() + number;
        String path = operators.path(layer);
        boolean global = number % 3 == 0;
        String reads = number == 0 ? x : operators.norm(x, layer + names.attentionNorm());
        String attended = operators.product(attention(reads, layer, global ? 160_000 : 10_000, global ? mask : localMask),
                layer + names.attentionOutput());
        String between = graph.onnx(path + "/Add", "Add", List.of(x, attended));
        String wide = operators.product(operators.norm(between, layer + names.feedForwardNorm()), layer + names.activated());
        graph.node(
                new NodeProto(path + "/mlp/Split", "", "Split", List.of(wide), List.of(path + "/mlp/input", path + "/mlp/gate"),
                        List.of(AttributeProto.of("axis", -1))));
        String active = operators.gelu(path + "/mlp/input", path + "/mlp/act");
        String product = graph.onnx(path + "/mlp/Mul", "Mul", List.of(active, path + "/mlp/gate"));
        return graph.onnx(path + "/Add_1", "Add", List.of(between, operators.product(product, layer + names.down())));
    }

    private String attention(String x, String layer, double theta, String mask) {
        String path = operators.path(layer) + "/attn";
        int width = shape.hidden() / shape.heads();
        String three = operators.product(x, layer + names.queryKeyValue());
        List<String> parts = List.of(path + "/q", path + "/k", path + "/v");
        graph.node(new NodeProto(path + "/Split", "", "Split", List.of(three), parts, List.of(AttributeProto.of("axis", -1))));
        String angles = angles(path, theta, width);
        String query = turned(heads(parts.get(0), path + "/query"), path + "/query", angles, width);
        String key = turned(heads(parts.get(1), path + "/key"), path + "/key", angles, width);
        String turnedKey = transpose(key, path + "/key/Transpose_1", 0, 1, 3, 2);
        String scores = graph.onnx(path + "/Div", "Div",
                List.of(graph.onnx(path + "/MatMul", "MatMul", List.of(query, turnedKey)),
                        graph.floats(path + "/root", List.of(), (float) Math.sqrt(width))));
        String shares = graph.onnx(path + "/Softmax", "Softmax",
                List.of(graph.onnx(path + "/Add", "Add", List.of(scores, mask))), AttributeProto.of("axis", -1));
        String sum = graph.onnx(path + "/MatMul_1", "MatMul", List.of(shares, heads(parts.get(2), path + "/value")));
        return graph.onnx(path + "/Reshape", "Reshape", List.of(transpose(sum, path + "/Transpose", 0, 2, 1, 3),
                graph.longs(path + "/shape", List.of(3L), 0, 0, shape.hidden())));
    }

    /** float32 [sequence, width]: each wavelength twice. */
    private String angles(String path, double theta, int width) {
        float[] frequencies = new float[width];
        for (int i = 0; i < width; i++) frequencies[i] = (float) Math.pow(theta, -2.0 * (i % (width / 2)) / width);
        String range = graph.onnx(path + "/Cast", "Cast", List.of(positions.range(path)), AttributeProto.of("to", 1));
        String column = graph.onnx(path + "/Unsqueeze", "Unsqueeze",
                List.of(range, graph.longs(path + "/last", List.of(1L), -1)));
        return graph.onnx(path + "/Mul", "Mul",
                List.of(column, graph.floats(path + "/frequencies", List.of((long) width), frequencies)));
    }

    private String turned(String x, String path, String angles, int width) {
        String cosine = graph.onnx(path + "/Cos", "Cos", List.of(angles));
        String sine = graph.onnx(path + "/Sin", "Sin", List.of(angles));
        List<String> halves = List.of(path + "/first", path + "/second");
        graph.node(new NodeProto(path + "/Split", "", "Split", List.of(x), halves, List.of(AttributeProto.of("axis", -1))));
        String rotated = graph.onnx(path + "/Concat", "Concat",
                List.of(graph.onnx(path + "/Neg", "Neg", List.of(halves.get(1))), halves.get(0)), AttributeProto.of("axis", -1));
        return graph.onnx(path + "/Add", "Add", List.of(graph.onnx(path + "/Mul", "Mul", List.of(x, cosine)),
                graph.onnx(path + "/Mul_1", "Mul", List.of(rotated, sine))));
    }

    private String heads(String x, String path) {
        String axes = graph.longs(path + "/shape", List.of(4L), 0, 0, shape.heads(), shape.hidden() / shape.heads());
        return transpose(graph.onnx(path + "/Reshape", "Reshape", List.of(x, axes)), path + "/Transpose", 0, 2, 1, 3);
    }

    private String transpose(String x, String name, long... order) {
        return graph.onnx(name, "Transpose", List.of(x), AttributeProto.of("perm", Arrays.stream(order).boxed().toList()));
    }

    /** 0 where a token may be looked at, the smallest number where it may not: [batch, 1, 1, sequence] and [batch, 1, sequence, sequence]. */
    private void masks() {
        String wide = graph.onnx("/Unsqueeze", "Unsqueeze",
                List.of("attention_mask", graph.longs("/mask_axes", List.of(2L), 1, 2)));
        String smallest = graph.floats("/smallest", List.of(), -Float.MAX_VALUE);
        String none = graph.floats("/none", List.of(), 0);
        String text = graph.onnx("/Cast", "Cast", List.of(wide), AttributeProto.of("to", ElementType.BOOL.code()));
        mask = graph.onnx("/Where", "Where", List.of(text, none, smallest));
        if (!names.preNorm()) return;
        String range = positions.range("/window");
        String row = graph.onnx("/window/row", "Unsqueeze", List.of(range, graph.longs("/window/0", List.of(1L), 0)));
        String column = graph.onnx("/window/column", "Unsqueeze", List.of(range, graph.longs("/window/1", List.of(1L), 1)));
        String distance = graph.onnx("/window/Abs", "Abs", List.of(graph.onnx("/window/Sub", "Sub", List.of(row, column))));
        String near = graph.onnx("/window/LessOrEqual", "LessOrEqual",
                List.of(distance, graph.longs("/window/reach", List.of(), shape.window() / 2)));
        localMask = graph.onnx("/window/Where", "Where", List.of(near, mask, smallest));
    }
}
