package io.semanticsearch.onnx.proto;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A parameter of an operator. Only the kinds that this package makes or asks for are kept. */
public sealed interface AttributeProto {

    int NAME = 1;
    int REAL = 2;
    int WHOLE = 3;
    int TEXT = 4;
    int GRAPH = 6;
    int WHOLES = 8;
    int TYPE = 20;

    String name();

    record Whole(String name, long value) implements AttributeProto {}

    record Real(String name, float value) implements AttributeProto {}

    record Wholes(String name, List<Long> values) implements AttributeProto {}

    /**
     * The operators of one way that an operator can take; they may read what was made before it. Only written.
     *
     * @param graph without inputs and constants of its own
     */
    record Graph(String name, GraphProto graph) implements AttributeProto {
        public Graph {
            if (!graph.inputs().isEmpty() || !graph.initializers().isEmpty())
                throw new IllegalArgumentException("[" + name + "] has inputs or constants of its own");
        }
    }

    /** Any other kind; its value is left in the file. */
    record Other(String name) implements AttributeProto {}

    static AttributeProto of(String name, long value) {
        return new Whole(name, value);
    }

    static AttributeProto of(String name, float value) {
        return new Real(name, value);
    }

    static AttributeProto of(String name, List<Long> values) {
        return new Wholes(name, values);
    }

    static AttributeProto of(String name, GraphProto graph) {
        return new Graph(name, graph);
    }

    static AttributeProto read(ProtoReader in) throws IOException {
        String name = "";
        long type = 0;
        long whole = 0;
        float real = 0;
        List<Long> wholes = new ArrayList<>();
        while (in.next()) {
            switch (in.field()) {
                case NAME -> name = in.text();
                case REAL -> real = in.real();
                case WHOLE -> whole = in.number();
                // Longer lists are constants, not parameters of an operator that is looked for.
                case WHOLES -> in.numbers(value -> {
                    if (wholes.size() < 1000) wholes.add(value);
                });
                case TYPE -> type = in.number();
                default -> in.skip();
            }
        }
        return switch ((int) type) {
            case 1 -> new Real(name, real);
            case 2 -> new Whole(name, whole);
            case 7 -> new Wholes(name, wholes);
            default -> new Other(name);
        };
    }

    default ProtoWriter write() {
        ProtoWriter out = new ProtoWriter().text(NAME, name());
        return switch (this) {
            case Real real -> out.real(REAL, real.value).number(TYPE, 1);
            case Whole whole -> out.number(WHOLE, whole.value).number(TYPE, 2);
            case Wholes wholes -> {
                wholes.values.forEach(value -> out.number(WHOLES, value));
                yield out.number(TYPE, 7);
            }
            case Graph graph -> out.message(GRAPH, graph.graph.writeOperators()).number(TYPE, 5);
            case Other other -> throw new IllegalStateException("the value of [" + other.name + "] was not kept");
        };
    }
}
