package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.AttributeProto;
import io.semanticsearch.onnx.proto.ElementType;
import io.semanticsearch.onnx.proto.GraphProto;
import io.semanticsearch.onnx.proto.ModelProto;
import io.semanticsearch.onnx.proto.OnnxWriter;
import io.semanticsearch.onnx.proto.OperatorSetIdProto;
import io.semanticsearch.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;

/**
 * An encoder with a graph of its own, which asks for a petabyte, more than a process can address, when a text has 64 tokens more than
 * {@link #MODEST_TOKENS}.
 */
public final class GreedyEncoder {

    /** Up to so many tokens it needs next to nothing. */
    public static final int MODEST_TOKENS = 300;
    public static final int GREEDY_TOKENS = MODEST_TOKENS + 64;

    private static final int HIDDEN = 8;

    private GreedyEncoder() {}

    /** Writes its folder: config.json, tokenizer.json and onnx/model.onnx. */
    public static void write(Path folder) throws IOException {
        Files.createDirectories(folder.resolve("onnx"));
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"greedy\", \"max_position_embeddings\": 512}");
        Files.writeString(folder.resolve("tokenizer.json"), MadeUpTokenizer.JSON);
        OnnxWriter.write(new ModelProto(8, List.of(new OperatorSetIdProto("", 17)), graph(), new TreeMap<>()),
                folder.resolve("onnx/model.onnx"));
    }

    private static GraphProto graph() {
        GraphBuilder graph = new GraphBuilder();
        String ids = graph.input(ValueInfoProto.of("input_ids", ElementType.INT64, "batch", "sequence"));
        String tokens = graph.onnx("tokens", "Shape", List.of(ids), AttributeProto.of("start", 1), AttributeProto.of("end", 2));
        String over = graph.onnx("over", "Sub", List.of(tokens, graph.longs("modest", List.of(1L), MODEST_TOKENS)));
        String size = graph.onnx("size", "Max", List.of(over, graph.longs("none", List.of(1L), 0)));
        // To the power of eight: 64 tokens make 2^48 numbers.
        for (String power : List.of("squared", "fourth", "eighth")) size = graph.onnx(power, "Mul", List.of(size, size));
        String nothing = graph.onnx("nothing", "ReduceSum", List.of(graph.onnx("greed", "ConstantOfShape", List.of(size))));
        String numbers = graph.onnx("numbers", "Cast", List.of(ids), AttributeProto.of("to", ElementType.FLOAT.code()));
        String column = graph.onnx("column", "Unsqueeze", List.of(numbers, graph.longs("last", List.of(1L), 2)));
        String scales = graph.floats("scales", List.of(1L, (long) HIDDEN), 1, 2, 3, 4, 5, 6, 7, 8);
        String vectors = graph.onnx("vectors", "MatMul", List.of(column, scales));
        graph.onnx("last_hidden_state", "Add", List.of(vectors, nothing));
        graph.output(ValueInfoProto.of("last_hidden_state", ElementType.FLOAT, "batch", "sequence", Integer.toString(HIDDEN)));
        return graph.build("greedy");
    }
}
