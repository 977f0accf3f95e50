package io.semanticsearch.onnx.proto;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an ONNX file holds: https://github.com/onnx/onnx, {@code onnx/onnx.proto}.
 *
 * @param metadata what its maker wrote about it; written, but not read
 */
public record ModelProto(long irVersion,
        List<OperatorSetIdProto> operatorSets,
        GraphProto graph,
        SortedMap<String, String> metadata) {

    static final int GRAPH = 7;
    private static final int IR_VERSION = 1;
    private static final int PRODUCER = 2;
    private static final int OPERATOR_SET = 8;
    private static final int METADATA = 14;
    private static final String PRODUCER_NAME = "semantic-search";

    public ModelProto {
        operatorSets = List.copyOf(operatorSets);
    }

    static ModelProto read(ProtoReader in, ExternalFiles files) throws IOException {
        long irVersion = 0;
        List<OperatorSetIdProto> sets = new ArrayList<>();
        GraphProto graph = null;
        while (in.next()) {
            switch (in.field()) {
                case IR_VERSION -> irVersion = in.number();
                case OPERATOR_SET -> sets.add(OperatorSetIdProto.read(in.message("opset_import")));
                case GRAPH -> graph = GraphProto.read(in.message("graph"), files);
                default -> in.skip();
            }
        }
        if (irVersion <= 0 || sets.isEmpty()) throw in.broken("it says no ir_version or no opset_import");
        if (graph == null) throw in.broken("it has no graph");
        return new ModelProto(irVersion, sets, graph, new TreeMap<>());
    }

    /** The fields before the graph. */
    ProtoWriter head() {
        ProtoWriter out = new ProtoWriter().number(IR_VERSION, irVersion).text(PRODUCER, PRODUCER_NAME);
        operatorSets.forEach(set -> out.message(OPERATOR_SET, set.write()));
        metadata.forEach((key, value) -> out.message(METADATA, TensorProto.entry(key, value)));
        return out;
    }
}
