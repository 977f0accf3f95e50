package io.semanticsearch.onnx.proto;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;

/**
 * Walks the fields of one protobuf message: https://protobuf.dev/programming-guides/encoding. Nothing is copied but text, and no length that
 * the file claims is believed before the bytes are there. Complaints are {@link IOException}s that say where.
 */
final class ProtoReader {

    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int FIXED32 = 5;

    private static final int MAX_VARINT_BYTES = 10;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment message;
    private final String what;
    private final Count count;
    private long at;
    private int field;
    private int wire;

    /** @param what the message, for complaints */
    ProtoReader(MemorySegment message, String what) {
        this(message, what, new Count());
    }

    private ProtoReader(MemorySegment message, String what, Count count) {
        this.message = message;
        this.what = what;
        this.count = count;
    }

    /** Goes to the next field; false at the end. The value of the field before it must have been taken or skipped. */
    boolean next() throws IOException {
        if (at == message.byteSize()) return false;
        long tag = varint();
        wire = (int) (tag & 7);
        field = (int) (tag >>> 3);
        if (tag >>> 3 == 0 || tag >>> 3 > 0x1FFF_FFFF || wire == 3 || wire == 4 || wire > FIXED32) {
            throw broken("no field begins with [" + Long.toUnsignedString(tag) + "]");
        }
        return true;
    }

    int field() {
        return field;
    }

    /** A whole number. */
    long number() throws IOException {
        expect(VARINT);
        return varint();
    }

    /** A float32. */
    float real() throws IOException {
        expect(FIXED32);
        return take(Float.BYTES).get(FLOAT, 0);
    }

    /** Whole numbers, whether each has its own field or all are packed into one. */
    void numbers(LongConsumer each) throws IOException {
        if (wire == VARINT) {
            each.accept(varint());
            return;
        }
        ProtoReader packed = message("packed numbers");
        while (packed.at < packed.message.byteSize())
            each.accept(packed.varint());
    }

    /** Bytes that stay where they are. */
    MemorySegment bytes() throws IOException {
        expect(BYTES);
        return take(varint());
    }

    String text() throws IOException {
        MemorySegment bytes = bytes();
        count.text(bytes.byteSize());
        return new String(bytes.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    /** @param part the message inside, for complaints */
    ProtoReader message(String part) throws IOException {
        count.part();
        return new ProtoReader(bytes(), part, count);
    }

    void skip() throws IOException {
        switch (wire) {
            case VARINT -> varint();
            case FIXED64 -> take(Long.BYTES);
            case BYTES -> take(varint());
            case FIXED32 -> take(Integer.BYTES);
            default -> throw new IllegalStateException("wire type " + wire);
        }
    }

    IOException broken(String why) {
        return new IOException(what + ", byte [" + at + "]: " + why);
    }

    private void expect(int expected) throws IOException {
        if (wire != expected) {
            throw broken("field [" + field + "] has wire type [" + wire + "], expected [" + expected + "]");
        }
    }

    private MemorySegment take(long bytes) throws IOException {
        if (bytes < 0 || bytes > message.byteSize() - at) {
            throw broken(
                    "field [" + field + "] claims [" + Long.toUnsignedString(bytes) + "] bytes, [" + (message.byteSize() - at)
                            + "] are left");
        }
        MemorySegment taken = message.asSlice(at, bytes);
        at += bytes;
        return taken;
    }

    private long varint() throws IOException {
        long value = 0;
        for (int i = 0; i < MAX_VARINT_BYTES; i++) {
            if (at == message.byteSize()) throw broken("it ends within a number");
            byte next = message.get(ValueLayout.JAVA_BYTE, at++);
            value |= (long) (next & 0x7F) << 7 * i;
            if (next >= 0) return value;
        }
        throw broken("a number has more than [" + MAX_VARINT_BYTES + "] bytes");
    }
}
