package io.semanticsearch.benchmarks;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes what TorchScript needs of Python's pickle protocol 2: an object with tensors as its fields. */
final class Pickle {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Pickle() {
        op(0x80).op(2);
    }

    Pickle emptyTuple() {
        return op(')');
    }

    Pickle no() {
        return op(0x89);
    }

    Pickle text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        op('X').word(bytes.length);
        out.writeBytes(bytes);
        return this;
    }

    /** Begins an object; names and values of its fields follow. */
    Pickle object(String module, String name) {
        return global(module, name).emptyTuple().op(0x81).op('}').op('(');
    }

    Pickle endObject() {
        return op('u').op('b');
    }

    /** A float32 tensor, row-major, whose numbers are in the record of this name. */
    Pickle tensor(String storage, long... axes) {
        long[] strides = new long[axes.length];
        long numbers = 1;
        for (int i = axes.length - 1; i >= 0; i--) {
            strides[i] = numbers;
            numbers *= axes[i];
        }
        global("torch._utils", "_rebuild_tensor_v2").op('(');
        op('(').text("storage").global("torch", "FloatStorage").text(storage).text("cpu").number(numbers).op('t').op('Q');
        number(0).numbers(axes).numbers(strides).no();
        return global("collections", "OrderedDict").emptyTuple().op('R').op('t').op('R');
    }

    byte[] end() {
        op('.');
        return out.toByteArray();
    }

    private Pickle global(String module, String name) {
        op('c');
        out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    private Pickle numbers(long... numbers) {
        op('(');
        Arrays.stream(numbers).forEach(this::number);
        return op('t');
    }

    private Pickle number(long number) {
        return op('J').word(Math.toIntExact(number));
    }

    private Pickle word(int value) {
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
        return this;
    }

    private Pickle op(int code) {
        out.write(code);
        return this;
    }
}
