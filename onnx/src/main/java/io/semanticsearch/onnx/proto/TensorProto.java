package io.semanticsearch.onnx.proto;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A constant of a graph.
 *
 * @param type code of {@link ElementType}, or of a type that this package does not read
 * @param shape numbers along each axis; row-major
 */
public record TensorProto(String name, int type, List<Long> shape, TensorData data) {

    private static final int DIMS = 1;
    private static final int DATA_TYPE = 2;
    private static final int FLOAT_DATA = 4;
    private static final int NAME = 8;
    private static final int RAW_DATA = 9;
    private static final int DOUBLE_DATA = 10;
    private static final int EXTERNAL_DATA = 13;
    private static final int DATA_LOCATION = 14;
    private static final int KEY = 1;
    private static final int VALUE = 2;
    private static final int EXTERNAL = 1;
    private static final int MAX_AXES = 16;

    public TensorProto {
        shape = List.copyOf(shape);
    }

    public static TensorProto floats(String name, List<Long> shape, float... values) {
        return new TensorProto(name, ElementType.FLOAT.code(), shape, TensorData.floats(values));
    }

    public static TensorProto longs(String name, List<Long> shape, long... values) {
        return new TensorProto(name, ElementType.INT64.code(), shape, TensorData.longs(values));
    }

    /** The type, if this package reads it. */
    public Optional<ElementType> elementType() {
        return ElementType.of(type);
    }

    /** Reads a tensor; its numbers stay in the file. */
    static TensorProto read(ProtoReader in, ExternalFiles files) throws IOException {
        List<Long> shape = new ArrayList<>();
        Map<String, String> external = new HashMap<>();
        String name = "";
        int type = 0;
        boolean isExternal = false;
        TensorData data = null;
        while (in.next()) {
            switch (in.field()) {
                case DIMS -> in.numbers(length -> {
                    if (shape.size() <= MAX_AXES) shape.add(length);
                });
                case DATA_TYPE -> type = (int) in.number();
                case NAME -> name = in.text();
                // Packed float_data has the very bytes of raw_data.
                case RAW_DATA, FLOAT_DATA, DOUBLE_DATA -> data = new TensorData.Stored(in.bytes());
                case EXTERNAL_DATA -> readEntry(in.message("external_data"), external);
                case DATA_LOCATION -> isExternal = in.number() == EXTERNAL;
                default -> in.skip();
            }
        }
        if (shape.size() > MAX_AXES) throw in.broken("tensor [" + name + "] has more than [" + MAX_AXES + "] axes");
        // Of a type that is not read here nobody knows the size.
        if (isExternal && ElementType.of(type).isEmpty()) {
            files.find(name, external);
            data = null;
        } else if (isExternal) data = new TensorData.Stored(files.slice(name, external, expectedBytes(in, name, type, shape)));
        // Numbers of other fields are those of small constants, which nobody asks for.
        if (data == null) return new TensorProto(name, 0, shape, TensorData.floats());
        TensorProto tensor = new TensorProto(name, type, shape, data);
        if (tensor.elementType().isPresent() && expectedBytes(in, name, type, shape) != data.bytes()) {
            throw in.broken("tensor [" + name + "] of shape " + shape + " and type [" + tensor.elementType().get() + "] has ["
                    + data.bytes() + "] bytes");
        }
        return tensor;
    }

    private static long expectedBytes(ProtoReader in, String name, int type, List<Long> shape) throws IOException {
        try {
            long bytes = ElementType.of(type).orElseThrow().bytes();
            for (long length : shape) {
                if (length < 0) throw in.broken("tensor [" + name + "] has the negative length in " + shape);
                bytes = Math.multiplyExact(bytes, length);
            }
            return bytes;
        } catch (ArithmeticException e) {
            throw in.broken("tensor [" + name + "] of shape " + shape + " is larger than any file");
        }
    }

    /** Reads a StringStringEntryProto. */
    static void readEntry(ProtoReader in, Map<String, String> into) throws IOException {
        String key = "";
        String value = "";
        while (in.next()) {
            switch (in.field()) {
                case KEY -> key = in.text();
                case VALUE -> value = in.text();
                default -> in.skip();
            }
        }
        // A file with very many entries is damaged; none of those is ever asked for.
        if (into.size() < 1000) into.put(key, value);
    }

    /** A StringStringEntryProto. */
    public static ProtoWriter entry(String key, String value) {
        return new ProtoWriter().text(KEY, key).text(VALUE, value);
    }

    /** The message up to its numbers, which follow it. */
    ProtoWriter inline() {
        return header().begin(RAW_DATA, data.bytes());
    }

    /** The whole message of a tensor whose numbers lie in another file. */
    ProtoWriter external(String file, long offset) {
        return header().message(EXTERNAL_DATA, entry("location", file))
                .message(EXTERNAL_DATA, entry("offset", Long.toString(offset)))
                .message(EXTERNAL_DATA, entry("length", Long.toString(data.bytes()))).number(DATA_LOCATION, EXTERNAL);
    }

    private ProtoWriter header() {
        ProtoWriter out = new ProtoWriter();
        for (long length : shape) out.number(DIMS, length);
        return out.number(DATA_TYPE, type).text(NAME, name);
    }
}
