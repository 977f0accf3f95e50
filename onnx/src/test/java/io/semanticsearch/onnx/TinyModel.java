package io.semanticsearch.onnx;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Writes ONNX files of a few nodes, byte by byte: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto has the field numbers. */
public final class TinyModel {

    private static final int OPSET = 17;

    private final Message graph = new Message().text(2, "tiny");

    /** An input; a dimension is a size or a name. */
    TinyModel input(String name, ElementType type, Object... shape) {
        graph.message(11, valueInfo(name, type, shape));
        return this;
    }

    TinyModel output(String name, ElementType type, Object... shape) {
        graph.message(12, valueInfo(name, type, shape));
        return this;
    }

    TinyModel node(String operator, List<String> inputs, String output) {
        Message node = new Message();
        inputs.forEach(input -> node.text(1, input));
        graph.message(1, node.text(2, output).text(4, operator));
        return this;
    }

    /** A node that turns numbers into another type. */
    TinyModel cast(String input, ElementType to, String output) {
        Message attribute = new Message().text(1, "to").number(3, to.code()).number(20, 2);
        graph.message(1, new Message().text(1, input).text(2, output).text(4, "Cast").message(5, attribute));
        return this;
    }

    TinyModel weights(String name, float[] values, long... shape) {
        Message tensor = new Message();
        for (long size : shape) {
            tensor.number(1, size);
        }
        byte[] raw = MemorySegment.ofArray(values).toArray(ValueLayout.JAVA_BYTE);
        graph.message(5, tensor.number(2, ElementType.FLOAT32.code()).text(8, name).bytes(9, raw));
        return this;
    }

    byte[] bytes() {
        Message opset = new Message().text(1, "").number(2, OPSET);
        return new Message().number(1, 8).message(7, graph).message(8, opset).out.toByteArray();
    }

    public Path write(Path file) throws IOException {
        return Files.write(file, bytes());
    }

    /** z = x + y, int64 of any length. */
    public static TinyModel sum() {
        return new TinyModel().input("x", ElementType.INT64, "n").input("y", ElementType.INT64, "n")
                .output("z", ElementType.INT64, "n")
                .node("Add", List.of("x", "y"), "z");
    }

    /** y = x · W with W = 1, 2, 3 …, float32 [batch, 4] to [batch, 3]. */
    static TinyModel product() {
        float[] weights = new float[12];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = i + 1;
        }
        return new TinyModel().input("x", ElementType.FLOAT32, "batch", 4).output("y", ElementType.FLOAT32, "batch", 3)
                .weights("w", weights, 4, 3).node("MatMul", List.of("x", "w"), "y");
    }

    /** y = x · W · W · …, float32 [rows, 512], of as many operators: one for 512 rows takes some milliseconds of one core. */
    static TinyModel slow(int operators, int rows) {
        int size = 512;
        TinyModel model = new TinyModel().input("x", ElementType.FLOAT32, rows, size).output("y", ElementType.FLOAT32, rows, size)
                .weights("w", new float[size * size], size, size);
        String last = "x";
        for (int i = 0; i < operators; i++) {
            String next = i == operators - 1 ? "y" : "t" + i;
            model.node("MatMul", List.of(last, "w"), next);
            last = next;
        }
        return model;
    }

    private static Message valueInfo(String name, ElementType type, Object... shape) {
        Message dimensions = new Message();
        Arrays.stream(shape).forEach(dimension -> dimensions.message(1, dimension instanceof String symbol
                ? new Message().text(2, symbol)
                : new Message().number(1, ((Number) dimension).longValue())));
        Message tensor = new Message().number(1, type.code()).message(2, dimensions);
        return new Message().text(1, name).message(2, new Message().message(1, tensor));
    }

    /** A message of Protocol Buffers: https://protobuf.dev/programming-guides/encoding/. */
    private static final class Message {

        private static final int VARINT = 0;
        private static final int LENGTH_FIRST = 2;

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Message number(int field, long value) {
            varint((long) field << 3 | VARINT);
            varint(value);
            return this;
        }

        Message text(int field, String value) {
            return bytes(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Message message(int field, Message value) {
            return bytes(field, value.out.toByteArray());
        }

        Message bytes(int field, byte[] value) {
            varint((long) field << 3 | LENGTH_FIRST);
            varint(value.length);
            out.writeBytes(value);
            return this;
        }

        private void varint(long value) {
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                out.write((int) (rest & 0x7f | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }
    }
}
