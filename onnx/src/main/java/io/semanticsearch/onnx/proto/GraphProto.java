package io.semanticsearch.onnx.proto;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Operators, each after those that it reads from, and the constants that they read. */
public record GraphProto(String name,
        List<NodeProto> nodes,
        List<TensorProto> initializers,
        List<ValueInfoProto> inputs,
        List<ValueInfoProto> outputs) {

    private static final int NODE = 1;
    private static final int NAME = 2;
    static final int INITIALIZER = 5;
    private static final int INPUT = 11;
    private static final int OUTPUT = 12;
    private static final int SPARSE_INITIALIZER = 15;
    private static final int SPARSE_VALUES = 1;

    public GraphProto {
        nodes = List.copyOf(nodes);
        initializers = List.copyOf(initializers);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    static GraphProto read(ProtoReader in, ExternalFiles files) throws IOException {
        String name = "";
        List<NodeProto> nodes = new ArrayList<>();
        List<TensorProto> initializers = new ArrayList<>();
        Set<String> sparse = new HashSet<>();
        List<ValueInfoProto> inputs = new ArrayList<>();
        List<ValueInfoProto> outputs = new ArrayList<>();
        while (in.next()) {
            switch (in.field()) {
                case NODE -> nodes.add(NodeProto.read(in.message("node [" + nodes.size() + "]")));
                case NAME -> name = in.text();
                case INITIALIZER ->
                    initializers.add(TensorProto.read(in.message("initializer [" + initializers.size() + "]"), files));
                case INPUT -> inputs.add(ValueInfoProto.read(in.message("graph input")));
                case OUTPUT -> outputs.add(ValueInfoProto.read(in.message("graph output")));
                case SPARSE_INITIALIZER -> sparse.add(sparseName(in.message("sparse initializer"), files));
                default -> in.skip();
            }
        }
        GraphProto graph = new GraphProto(name, nodes, initializers, inputs, outputs);
        graph.checkOrder(in, sparse);
        return graph;
    }

    /** A SparseTensorProto goes by the name of its values; nobody asks for those. */
    private static String sparseName(ProtoReader in, ExternalFiles files) throws IOException {
        String name = "";
        while (in.next()) {
            if (in.field() == SPARSE_VALUES) name = TensorProto.read(in.message("values"), files).name();
            else
                in.skip();
        }
        return name;
    }

    /** Every value is made once and before it is read. Whoever walks the graph may rely on that: no walk is endless. */
    private void checkOrder(ProtoReader in, Set<String> sparse) throws IOException {
        Set<String> made = new HashSet<>(sparse);
        made.add("");
        inputs.forEach(input -> made.add(input.name()));
        Set<String> constants = new HashSet<>();
        for (TensorProto initializer : initializers) {
            if (!constants.add(initializer.name())) throw in.broken("initializer [" + initializer.name() + "] is there twice");
        }
        made.addAll(constants);
        for (NodeProto node : nodes) {
            for (String input : node.inputs()) {
                if (!made.contains(input)) {
                    throw in.broken("node [" + node.name() + "] reads [" + input
                            + "], which nothing before it makes: the graph has a cycle or a hole");
                }
            }
            for (String output : node.outputs()) {
                if (!made.add(output) && !output.isEmpty()) {
                    throw in.broken("node [" + node.name() + "] makes [" + output + "], which is there already");
                }
            }
        }
    }

    /** All but the constants. */
    ProtoWriter writeOperators() {
        ProtoWriter out = new ProtoWriter();
        nodes.forEach(node -> out.message(NODE, node.write()));
        out.text(NAME, name);
        inputs.forEach(input -> out.message(INPUT, input.write()));
        outputs.forEach(output -> out.message(OUTPUT, output.write()));
        return out;
    }
}
