package io.semanticsearch.onnx.proto;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the fields of one small protobuf message. Fields come out in the order of the calls, so equal calls make equal bytes. */
public final class ProtoWriter {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public ProtoWriter number(int field, long value) {
        varint((long) field << 3 | ProtoReader.VARINT);
        varint(value);
        return this;
    }

    ProtoWriter real(int field, float value) {
        varint((long) field << 3 | ProtoReader.FIXED32);
        int bits = Float.floatToIntBits(value);
        for (int i = 0; i < Float.BYTES; i++) out.write(bits >>> Byte.SIZE * i);
        return this;
    }

    public ProtoWriter text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    public ProtoWriter message(int field, ProtoWriter value) {
        return bytes(field, value.toBytes());
    }

    public ProtoWriter bytes(int field, byte[] value) {
        begin(field, value.length);
        out.writeBytes(value);
        return this;
    }

    /** The tag and the length of a field whose bytes the caller writes after this message. */
    public ProtoWriter begin(int field, long length) {
        varint((long) field << 3 | ProtoReader.BYTES);
        varint(length);
        return this;
    }

    public byte[] toBytes() {
        return out.toByteArray();
    }

    private void varint(long value) {
        long left = value;
        while ((left & ~0x7FL) != 0) {
            out.write((int) (left & 0x7F | 0x80));
            left >>>= 7;
        }
        out.write((int) left);
    }
}
