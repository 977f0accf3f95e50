package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.AttributeProto;
import io.semanticsearch.onnx.proto.ElementType;
import io.semanticsearch.onnx.proto.GraphProto;
import io.semanticsearch.onnx.proto.ModelProto;
import io.semanticsearch.onnx.proto.NodeProto;
import io.semanticsearch.onnx.proto.OnnxFile;
import io.semanticsearch.onnx.proto.OnnxWriter;
import io.semanticsearch.onnx.proto.TensorProto;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A graph in fp16 as a graphics processor stores what is between its operators. On a CPU ONNX Runtime widens what an operator reads and
 * leaves out the casts between two of them, so that little is rounded there. So it is done by arithmetic: Veltkamp's splitting, T. J.
 * Dekker, A floating-point technique for extending the available precision, 1971.
 */
final class RoundedValues {

    private static final Set<String> HALF = Set.of("Gather", "Add", "LayerNormalization", "Attention", "MatMul", "BiasGelu",
            "SkipLayerNormalization", "GatherND");

    private static final String SPLIT = "rounded.split";
    /** A float32 has a significand of 24 bits, a float16 one of 11. */
    private static final int DROPPED_BITS = 13;

    private RoundedValues() {}

    /** @param file a graph in fp16 that {@link EncoderCompiler} has written */
    static void write(Path file, Path target) throws IOException {
        try (OnnxFile opened = OnnxFile.open(file, file.toString())) {
            ModelProto model = opened.model();
            GraphProto graph = model.graph();
            Set<String> full = new HashSet<>();
            List<NodeProto> nodes = new ArrayList<>();
            for (NodeProto node : graph.nodes()) {
                if (isHalf(node, full)) {
                    addRounded(node, nodes);
                } else {
                    nodes.add(node);
                    full.add(node.output());
                }
            }
            List<TensorProto> constants = new ArrayList<>(graph.initializers());
            constants.add(TensorProto.floats(SPLIT, List.of(), (1 << DROPPED_BITS) + 1));
            GraphProto rounded = new GraphProto(graph.name(), nodes, constants, graph.inputs(), graph.outputs());
            OnnxWriter.write(new ModelProto(model.irVersion(), model.operatorSets(), rounded, model.metadata()), target);
        }
    }

    /** After the cast at its end a graph is in fp32, and what reads only such values or whole numbers is not in fp16. */
    private static boolean isHalf(NodeProto node, Set<String> full) {
        return HALF.contains(node.operator()) && !full.contains(node.inputs().getFirst())
                && !node.output().startsWith("relative.");
    }

    private static void addRounded(NodeProto node, List<NodeProto> to) {
        String name = node.output();
        to.add(new NodeProto(name + ".exact", node.domain(), node.operator(), node.inputs(), List.of(name + ".exact"),
                node.attributes()));
        to.add(cast(name + ".exact", name + ".wide", ElementType.FLOAT));
        to.add(operator(name + ".scaled", "Mul", name + ".wide", SPLIT));
        to.add(operator(name + ".low", "Sub", name + ".scaled", name + ".wide"));
        to.add(operator(name + ".high", "Sub", name + ".scaled", name + ".low"));
        to.add(cast(name + ".high", name, ElementType.FLOAT16));
    }

    private static NodeProto operator(String name, String operator, String left, String right) {
        return new NodeProto(name, "", operator, List.of(left, right), List.of(name), List.of());
    }

    private static NodeProto cast(String from, String to, ElementType type) {
        return new NodeProto(to, "", "Cast", List.of(from), List.of(to), List.of(AttributeProto.of("to", type.code())));
    }
}
