package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.AttributeProto;
import io.semanticsearch.onnx.proto.ElementType;
import java.util.List;

/** How exports find the positions of tokens. */
final class EagerPositions {

    private final GraphBuilder graph;
    private final EncoderShape shape;

    EagerPositions(GraphBuilder graph, EncoderShape shape) {
        this.graph = graph;
        this.shape = shape;
    }

    /** Rows of the position table for the tokens: counted from 0, or counted after padding among those that are no padding. */
    String rows() {
        if (!shape.architecture().positionsAfterPadding()) return range("/embeddings");
        String padding = graph.longs("/embeddings/padding", List.of(), shape.padding());
        String isPadding = graph.onnx("/embeddings/Equal", "Equal", List.of("input_ids", padding));
        String isText = graph.onnx("/embeddings/Not", "Not", List.of(isPadding));
        String mask = graph.onnx("/embeddings/Cast", "Cast", List.of(isText), AttributeProto.of("to", ElementType.INT32.code()));
        String count = graph.onnx("/embeddings/CumSum", "CumSum", List.of(mask, graph.longs("/embeddings/axis", List.of(), 1)));
        String text = graph.onnx("/embeddings/Mul", "Mul", List.of(count, mask));
        String wide = graph.onnx("/embeddings/Cast_2", "Cast", List.of(text), AttributeProto.of("to", ElementType.INT64.code()));
        return graph.onnx("/embeddings/Add_2", "Add", List.of(wide, padding));
    }

    /** 0, 1, 2 … for the tokens of the longest text. */
    String range(String path) {
        String zero = graph.longs(path + "/zero", List.of(), 0);
        String one = graph.longs(path + "/one", List.of(), 1);
        String axes = graph.onnx(path + "/Shape", "Shape", List.of("input_ids"));
        String length = graph.onnx(path + "/Gather", "Gather", List.of(axes, one));
        return graph.onnx(path + "/Range", "Range", List.of(zero, length, one));
    }

    /** MPNet's compute_position_bias, float32 [1, heads, sequence, sequence]. */
    String relativeBias(String table) {
        String path = "/encoder";
        String range = range(path);
        String memory = graph.onnx(path + "/Unsqueeze", "Unsqueeze",
                List.of(range, graph.longs(path + "/axis0", List.of(1L), 0)));
        String context = graph.onnx(path + "/Unsqueeze_1", "Unsqueeze",
                List.of(range, graph.longs(path + "/axis1", List.of(1L), 1)));
        String behind = graph.onnx(path + "/Neg", "Neg", List.of(graph.onnx(path + "/Sub", "Sub", List.of(memory, context))));
        String isAhead = graph.onnx(path + "/Less", "Less", List.of(behind, path + "/zero"));
        String ahead = graph.onnx(path + "/Cast", "Cast", List.of(isAhead), AttributeProto.of("to", ElementType.INT64.code()));
        String side = graph.onnx(path + "/Mul", "Mul",
                List.of(ahead, graph.longs(path + "/half", List.of(), EncoderShape.BUCKETS / 2)));
        String length = graph.onnx(path + "/Abs", "Abs", List.of(behind));
        String isNear = graph.onnx(path + "/Less_1", "Less",
                List.of(length, graph.longs(path + "/exact", List.of(), EncoderShape.BUCKETS / 4)));
        String bucket = graph.onnx(path + "/Where", "Where", List.of(isNear, length, far(path, length)));
        String rows = graph.onnx(path + "/Add_1", "Add", List.of(side, bucket));
        String values = graph.onnx(path + "/relative_attention_bias/Gather", "Gather", List.of(table, rows));
        String byHead = graph.onnx(path + "/Transpose", "Transpose", List.of(values),
                AttributeProto.of("perm", List.of(2L, 0L, 1L)));
        return graph.onnx(path + "/Unsqueeze_2", "Unsqueeze", List.of(byHead, path + "/axis0"));
    }

    private String far(String path, String length) {
        float exact = EncoderShape.BUCKETS / 4f;
        String real = graph.onnx(path + "/Cast_1", "Cast", List.of(length), AttributeProto.of("to", ElementType.FLOAT.code()));
        String ratio = graph.onnx(path + "/Div", "Div", List.of(real, graph.floats(path + "/real_exact", List.of(), exact)));
        String logarithm = graph.onnx(path + "/Log", "Log", List.of(ratio));
        String share = graph.onnx(path + "/Div_1", "Div",
                List.of(logarithm, graph.floats(path + "/whole", List.of(), (float) Math.log(128 / exact))));
        String steps = graph.onnx(path + "/Mul_1", "Mul", List.of(share, graph.floats(path + "/steps", List.of(), exact)));
        String whole = graph.onnx(path + "/Cast_2", "Cast", List.of(steps), AttributeProto.of("to", ElementType.INT64.code()));
        String far = graph.onnx(path + "/Add", "Add",
                List.of(whole, graph.longs(path + "/exact_1", List.of(), EncoderShape.BUCKETS / 4)));
        return graph.onnx(path + "/Min", "Min",
                List.of(far, graph.longs(path + "/last", List.of(), EncoderShape.BUCKETS / 2 - 1)));
    }
}
