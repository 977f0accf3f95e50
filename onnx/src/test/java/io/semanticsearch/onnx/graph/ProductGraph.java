package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.ElementType;
import io.semanticsearch.onnx.proto.ModelProto;
import io.semanticsearch.onnx.proto.NodeProto;
import io.semanticsearch.onnx.proto.OnnxWriter;
import io.semanticsearch.onnx.proto.OperatorSetIdProto;
import io.semanticsearch.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/** An encoder's feed-forward products without anything between them: how fast a processor multiplies matrices of this size at best. */
public final class ProductGraph {

    private ProductGraph() {}

    /** Reads and makes {@code x} and {@code y}, float32 [tokens, hidden]. */
    public static void write(EncoderShape shape, Precision precision, Path file) throws IOException {
        GraphBuilder graph = new GraphBuilder();
        LayerKernels kernels = LayerKernels.of(EncoderOptions.tokens(precision));
        Random random = new Random(1);
        String hidden = Integer.toString(shape.hidden());
        String x = graph.input(ValueInfoProto.of("x", ElementType.FLOAT, "tokens", hidden));
        for (int i = 0; i < shape.layers(); i++) {
            String wide = kernels.multiply(graph, "up." + i, x, linear(random, shape.hidden(), shape.intermediate()));
            x = kernels.multiply(graph, "down." + i, wide, linear(random, shape.intermediate(), shape.hidden()));
        }
        graph.onnx("y", "Identity", List.of(x));
        graph.output(ValueInfoProto.of("y", ElementType.FLOAT, "tokens", hidden));
        List<OperatorSetIdProto> sets = List.of(new OperatorSetIdProto("", 17), new OperatorSetIdProto(NodeProto.MICROSOFT, 1));
        OnnxWriter.write(new ModelProto(8, sets, graph.build("products"), new TreeMap<>()), file);
    }

    /** Additions and multiplications for a token. */
    public static double operations(EncoderShape shape) {
        return 4.0 * shape.layers() * shape.hidden() * shape.intermediate();
    }

    private static Linear linear(Random random, int inputs, int outputs) {
        float[] values = new float[inputs * outputs];
        for (int i = 0; i < values.length; i++) values[i] = (float) (random.nextGaussian() / Math.sqrt(inputs));
        return new Linear(new Matrix("random", ElementType.FLOAT, inputs, outputs, MemorySegment.ofArray(values)), false, null);
    }
}
