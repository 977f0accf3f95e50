package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.AttributeProto;
import io.semanticsearch.onnx.proto.ElementType;
import java.util.List;

/** Which tokens of a pass belong to no text: what a row has beyond the length of its own. */
final class Padding {

    private final GraphBuilder graph;
    private final String lengths;
    private String none;

    /** @param lengths name of a value int32 [batch]: the tokens of each text */
    Padding(GraphBuilder graph, String lengths) {
        this.graph = graph;
        this.lengths = lengths;
    }

    String lengths() {
        return lengths;
    }

    /** Name of a value bool [1]: whether there is none, because the texts are of one length; made once a run, for all layers. */
    String none() {
        if (none == null) {
            String shortest = graph.onnx("shortest", "ReduceMin", List.of(lengths), AttributeProto.of("keepdims", 0));
            String shape = graph.onnx("padded_length.shape", "Shape", List.of(EncoderGraph.IDS), AttributeProto.of("start", 1),
                    AttributeProto.of("end", 2));
            String padded = graph.onnx("padded_length", "Cast", List.of(shape),
                    AttributeProto.of("to", ElementType.INT32.code()));
            none = graph.onnx("no_padding", "Equal", List.of(shortest, padded));
        }
        return none;
    }
}
