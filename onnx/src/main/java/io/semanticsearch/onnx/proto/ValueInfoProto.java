package io.semanticsearch.onnx.proto;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * An input or an output of a graph.
 *
 * @param type code of {@link ElementType}; 0 for what is no tensor
 * @param shape the length of each axis, or the name of one that varies
 */
public record ValueInfoProto(String name, int type, List<String> shape) {

    private static final int NAME = 1;
    private static final int TYPE = 2;
    private static final int TENSOR_TYPE = 1;
    private static final int ELEMENT_TYPE = 1;
    private static final int SHAPE = 2;
    private static final int AXIS = 1;
    private static final int AXIS_LENGTH = 1;
    private static final int AXIS_NAME = 2;

    public ValueInfoProto {
        shape = List.copyOf(shape);
    }

    public static ValueInfoProto of(String name, ElementType type, String... shape) {
        return new ValueInfoProto(name, type.code(), List.of(shape));
    }

    static ValueInfoProto read(ProtoReader in) throws IOException {
        String name = "";
        int type = 0;
        List<String> shape = new ArrayList<>();
        while (in.next()) {
            switch (in.field()) {
                case NAME -> name = in.text();
                case TYPE -> {
                    ProtoReader kind = in.message("type of [" + name + "]");
                    while (kind.next()) {
                        if (kind.field() == TENSOR_TYPE) type = readTensor(kind.message("type of [" + name + "]"), shape);
                        else
                            kind.skip();
                    }
                }
                default -> in.skip();
            }
        }
        return new ValueInfoProto(name, type, shape);
    }

    private static int readTensor(ProtoReader in, List<String> shape) throws IOException {
        int type = 0;
        while (in.next()) {
            switch (in.field()) {
                case ELEMENT_TYPE -> type = (int) in.number();
                case SHAPE -> {
                    ProtoReader axes = in.message("shape");
                    while (axes.next()) {
                        if (axes.field() == AXIS) shape.add(readAxis(axes.message("axis")));
                        else
                            axes.skip();
                    }
                }
                default -> in.skip();
            }
        }
        return type;
    }

    private static String readAxis(ProtoReader in) throws IOException {
        String axis = "";
        while (in.next()) {
            switch (in.field()) {
                case AXIS_LENGTH -> axis = Long.toString(in.number());
                case AXIS_NAME -> axis = in.text();
                default -> in.skip();
            }
        }
        return axis;
    }

    ProtoWriter write() {
        ProtoWriter axes = new ProtoWriter();
        for (String axis : shape) {
            boolean fixed = Character.isDigit(axis.charAt(0));
            axes.message(AXIS,
                    fixed
                            ? new ProtoWriter().number(AXIS_LENGTH, Long.parseLong(axis))
                            : new ProtoWriter().text(AXIS_NAME, axis));
        }
        ProtoWriter tensor = new ProtoWriter().number(ELEMENT_TYPE, type).message(SHAPE, axes);
        return new ProtoWriter().text(NAME, name).message(TYPE, new ProtoWriter().message(TENSOR_TYPE, tensor));
    }
}
