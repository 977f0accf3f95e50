package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.AttributeProto;
import io.semanticsearch.onnx.proto.ElementType;
import io.semanticsearch.onnx.proto.GraphProto;
import io.semanticsearch.onnx.proto.ModelProto;
import io.semanticsearch.onnx.proto.OperatorSetIdProto;
import io.semanticsearch.onnx.proto.ValueInfoProto;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * An encoder as exporters write it: operator by operator as the Python code runs. The original that compiled graphs are compared to, and an
 * independent way from the same weights to the same vectors.
 */
final class EagerExport {

    private final GraphBuilder graph = new GraphBuilder();
    private final RandomWeights weights;
    private final EncoderShape shape;
    private final WeightNames names;
    private final EagerOperators operators;
    private final String prefix;

    private EagerExport(RandomWeights weights, ExportStyle style, String prefix) {
        this.weights = weights;
        this.shape = weights.shape();
        this.names = shape.architecture().names();
        this.prefix = prefix;
        this.operators = new EagerOperators(graph, weights, style, prefix);
    }

    /** @param prefix put before all names of weights and paths of operators */
    static ModelProto of(RandomWeights weights, ExportStyle style, String prefix) {
        GraphProto graph = weights.shape().architecture().rotary()
                ? new RotaryExport(weights, style, prefix).build()
                : new EagerExport(weights, style, prefix).build();
        return new ModelProto(8, List.of(new OperatorSetIdProto("", 17)), graph, new TreeMap<>());
    }

    private GraphProto build() {
        for (String input : List.of("input_ids", "attention_mask"))
            graph.input(ValueInfoProto.of(input, ElementType.INT64, "batch", "sequence"));
        if (shape.tokenTypes() > 1) graph.input(ValueInfoProto.of("token_type_ids", ElementType.INT64, "batch", "sequence"));
        EagerPositions positions = new EagerPositions(graph, shape);
        String x = operators.norm(embeddings(positions.rows()), names.embeddingNorm());
        String mask = mask();
        String relative = shape.relative() ? positions.relativeBias(operators.table(names.relativeBias())) : "";
        for (int i = 0; i < shape.layers(); i++) x = layer(x, mask, relative, names.layers() + i);
        graph.onnx("last_hidden_state", "Identity", List.of(x));
        graph.output(
                ValueInfoProto.of("last_hidden_state", ElementType.FLOAT, "batch", "sequence", Integer.toString(shape.hidden())));
        return graph.build("main_graph");
    }

    private String embeddings(String positions) {
        String x = graph.onnx("/embeddings/word_embeddings/Gather", "Gather",
                List.of(operators.table(names.words()), "input_ids"));
        if (shape.tokenTypes() > 0) {
            String types = "token_type_ids";
            if (shape.tokenTypes() == 1) types = graph.onnx("/embeddings/Sub", "Sub", List.of("input_ids", "input_ids"));
            String type = graph.onnx("/embeddings/token_type_embeddings/Gather", "Gather",
                    List.of(operators.table(names.tokenTypes()), types));
            x = graph.onnx("/embeddings/Add", "Add", List.of(x, type));
        }
        String position = graph.onnx("/embeddings/position_embeddings/Gather", "Gather",
                List.of(operators.table(names.positions()), positions));
        return graph.onnx("/embeddings/Add_1", "Add", List.of(x, position));
    }

    /** 0 where a token may be looked at, a very small number where it may not: float32 [batch, 1, 1, sequence]. */
    private String mask() {
        String wide = graph.onnx("/Unsqueeze", "Unsqueeze",
                List.of("attention_mask", graph.longs("/mask_axes", List.of(2L), 1, 2)));
        String real = graph.onnx("/Cast", "Cast", List.of(wide), AttributeProto.of("to", 1));
        String without = graph.onnx("/Sub", "Sub", List.of(graph.floats("/mask_one", List.of(), 1), real));
        return graph.onnx("/Mul", "Mul", List.of(without, graph.floats("/mask_smallest", List.of(), -Float.MAX_VALUE)));
    }

    private String layer(String x, String mask, String relative, String layer) {
        String attended = operators.linear(attention(x, mask, relative, layer), layer + names.attentionOutput());
        String path = operators.path(layer);
        String between = operators.norm(graph.onnx(path + "/attention/output/Add", "Add", List.of(attended, x)),
                layer + names.attentionNorm());
        String wide = operators.gelu(operators.linear(between, layer + names.up()), path + "/intermediate/act");
        String narrow = operators.linear(wide, layer + names.down());
        return operators.norm(graph.onnx(path + "/output/Add", "Add", List.of(narrow, between)), layer + names.outputNorm());
    }

    private String attention(String x, String mask, String relative, String layer) {
        String path = operators.path(layer) + "/attention";
        String queries = heads(operators.linear(x, layer + names.query()), path + "/query", 0, 2, 1, 3);
        String keys = heads(operators.linear(x, layer + names.key()), path + "/key", 0, 2, 3, 1);
        String values = heads(operators.linear(x, layer + names.value()), path + "/value", 0, 2, 1, 3);
        String root = graph.floats(path + "/root", List.of(), (float) Math.sqrt((double) shape.hidden() / shape.heads()));
        String scores = graph.onnx(path + "/Div", "Div",
                List.of(graph.onnx(path + "/MatMul", "MatMul", List.of(queries, keys)), root));
        if (!relative.isEmpty()) scores = graph.onnx(path + "/Add_bias", "Add", List.of(scores, relative));
        String masked = graph.onnx(path + "/Add", "Add", List.of(scores, mask));
        String shares = graph.onnx(path + "/Softmax", "Softmax", List.of(masked), AttributeProto.of("axis", -1));
        String sum = graph.onnx(path + "/MatMul_1", "MatMul", List.of(shares, values));
        String turned = transpose(sum, path + "/Transpose", 0, 2, 1, 3);
        return graph.onnx(path + "/Reshape", "Reshape",
                List.of(turned, graph.longs(path + "/shape", List.of(3L), 0, 0, shape.hidden())));
    }

    private String heads(String x, String path, long... order) {
        String axes = graph.longs(path + "/shape", List.of(4L), 0, 0, shape.heads(), shape.hidden() / shape.heads());
        return transpose(graph.onnx(path + "/Reshape", "Reshape", List.of(x, axes)), path + "/Transpose", order);
    }

    private String transpose(String x, String name, long... order) {
        return graph.onnx(name, "Transpose", List.of(x), AttributeProto.of("perm", Arrays.stream(order).boxed().toList()));
    }
}
