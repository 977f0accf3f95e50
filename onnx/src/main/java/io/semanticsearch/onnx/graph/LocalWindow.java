package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.AttributeProto;
import io.semanticsearch.onnx.proto.ElementType;
import java.util.List;

/** What attention adds so that a token looks only at those near it; made once a run, for all layers. */
final class LocalWindow {

    /**
     * What a token beyond the window gets for each token that it is too far. Not infinite, and far from the smallest number, which masks
     * padding: where a row has nothing but padding in its window, its softmax must still be numbers.
     */
    static final float FAR = -1e9f;

    private LocalWindow() {}

    /**
     * Adds the operators that make it.
     *
     * @param name of the value
     * @param reach how many tokens on either side a token looks at
     * @return name of a value float32 [1, 1, sequence, sequence]: 0 inside the window
     */
    static String add(GraphBuilder graph, String name, int reach) {
        String zero = graph.longs(name + ".zero", List.of(), 0);
        String one = graph.longs(name + ".one", List.of(), 1);
        String shape = graph.onnx(name + ".shape", "Shape", List.of(EncoderGraph.IDS));
        String sequence = graph.onnx(name + ".sequence", "Gather", List.of(shape, one));
        String range = graph.onnx(name + ".range", "Range", List.of(zero, sequence, one));
        // 24 bits count more positions than there are, in half the memory of int64.
        String positions = graph.onnx(name + ".positions", "Cast", List.of(range),
                AttributeProto.of("to", ElementType.FLOAT.code()));
        String row = graph.onnx(name + ".row", "Unsqueeze", List.of(positions, graph.longs(name + ".row_axis", List.of(1L), 0)));
        String column = graph.onnx(name + ".column", "Unsqueeze",
                List.of(positions, graph.longs(name + ".column_axis", List.of(1L), 1)));
        String signed = graph.onnx(name + ".signed_distance", "Sub", List.of(row, column));
        String distance = graph.onnx(name + ".distance", "Abs", List.of(signed));
        String left = graph.onnx(name + ".left", "Sub", List.of(distance, graph.floats(name + ".reach", List.of(), reach)));
        String beyond = graph.onnx(name + ".beyond", "Relu", List.of(left));
        String bias = graph.onnx(name + ".bias", "Mul", List.of(beyond, graph.floats(name + ".far", List.of(), FAR)));
        return graph.onnx(name, "Unsqueeze", List.of(bias, graph.longs(name + ".axes", List.of(2L), 0, 1)));
    }
}
