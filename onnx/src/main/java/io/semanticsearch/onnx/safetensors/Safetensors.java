package io.semanticsearch.onnx.safetensors;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.util.ByteBufferBackedInputStream;
import io.semanticsearch.onnx.proto.MappedFile;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;

/**
 * Weights as Hugging Face publishes them, https://github.com/huggingface/safetensors: 8 bytes of header length (little-endian), the header in
 * JSON, the data. Immutable; its tensors must not be used during or after {@link #close}, which unmaps the file.
 */
public final class Safetensors implements AutoCloseable {

    /** The limit of the format's own reader. */
    static final long MAX_HEADER_BYTES = 100_000_000;

    private static final ValueLayout.OfLong LENGTH = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Arena arena;
    private final MemorySegment file;
    private final MemorySegment data;
    private final Map<String, SafetensorsHeader.Entry> entries;

    private Safetensors(Arena arena, MemorySegment file) throws IOException {
        this.arena = arena;
        this.file = file;
        long headerBytes = headerBytes(file);
        MemorySegment header = file.asSlice(LENGTH.byteSize(), headerBytes);
        this.data = file.asSlice(LENGTH.byteSize() + headerBytes);
        try (InputStream in = new ByteBufferBackedInputStream(header.asByteBuffer())) {
            this.entries = SafetensorsHeader.read(in, data.byteSize());
        } catch (JsonProcessingException e) {
            throw new IOException("its header is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** Maps a file, so that its pages are shared with the file cache and leave the heap alone; the exception says what is wrong with it. */
    public static Safetensors open(Path file) throws IOException {
        Arena arena = Arena.ofShared();
        boolean opened = false;
        try {
            Safetensors safetensors = new Safetensors(arena, MappedFile.map(file, arena));
            opened = true;
            return safetensors;
        } finally {
            if (!opened) arena.close();
        }
    }

    /** Reads what is in memory; the exception says what is wrong with it. */
    public static Safetensors of(byte[] file) throws IOException {
        return new Safetensors(Arena.ofShared(), MemorySegment.ofArray(file));
    }

    /** The tensor of this name, if the file has it. */
    public Optional<TensorView> tensor(String name) {
        return Optional.ofNullable(entries.get(name))
                .map(entry -> new TensorView(name, entry.type(), entry.shape(),
                        data.asSlice(entry.begin(), entry.end() - entry.begin())));
    }

    /** The names of its tensors, in the order of the header. */
    public Collection<String> names() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    /** Bytes of the whole file. */
    public long size() {
        return file.byteSize();
    }

    @Override
    public void close() {
        arena.close();
    }

    private static long headerBytes(MemorySegment file) throws IOException {
        if (file.byteSize() < LENGTH.byteSize()) {
            throw new IOException(
                    "it has [" + file.byteSize() + "] bytes, expected [" + LENGTH.byteSize() + "] with the length of a header");
        }
        long bytes = file.get(LENGTH, 0);
        long left = file.byteSize() - LENGTH.byteSize();
        if (bytes < 0 || bytes > MAX_HEADER_BYTES || bytes > left) {
            throw new IOException("its header claims [" + Long.toUnsignedString(bytes) + "] bytes, expected at most ["
                    + Math.min(MAX_HEADER_BYTES, left) + "]");
        }
        return bytes;
    }
}
