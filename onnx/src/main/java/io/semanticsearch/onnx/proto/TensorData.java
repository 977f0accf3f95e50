package io.semanticsearch.onnx.proto;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;

/** The numbers of a tensor, little-endian: those of a file that is read, or those of a file to be written, which nobody holds meanwhile. */
public sealed interface TensorData {

    long bytes();

    void writeTo(OutputStream out) throws IOException;

    /** @param values usable until the file that they lie in is closed */
    record Stored(MemorySegment values) implements TensorData {

        @Override
        public long bytes() {
            return values.byteSize();
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            int most = 1 << 20;
            WritableByteChannel channel = Channels.newChannel(out);
            for (long at = 0; at < bytes(); at += most) {
                channel.write(values.asSlice(at, Math.min(most, bytes() - at)).asByteBuffer());
            }
        }
    }

    /** Made anew each time it is written. */
    record Computed(long bytes, Source source) implements TensorData {

        @Override
        public void writeTo(OutputStream out) throws IOException {
            source.writeTo(out);
        }
    }

    /** Writes exactly the bytes that were announced, and the same each time. */
    interface Source {
        void writeTo(OutputStream out) throws IOException;
    }

    static TensorData floats(float... values) {
        return new Computed((long) values.length * Float.BYTES, out -> ElementType.FLOAT.write(values, values.length, out));
    }

    static TensorData longs(long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().put(values);
        return new Stored(MemorySegment.ofBuffer(bytes));
    }
}
