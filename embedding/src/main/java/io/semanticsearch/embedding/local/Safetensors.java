package io.semanticsearch.embedding.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.util.ByteBufferBackedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * A weights file: 8 bytes of header length (little-endian), the header in JSON, the data. A file on disk is mapped, so its pages are shared
 * with the file cache and leave the heap alone; one from the class path is read. Immutable; its tensors must not be used during or after
 * {@link #close}, which unmaps the file.
 */
final class Safetensors implements AutoCloseable {

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
        long dataOffset = LENGTH.byteSize() + headerBytes;
        MemorySegment header = file.asSlice(LENGTH.byteSize(), headerBytes);
        this.data = file.asSlice(dataOffset);
        try (InputStream in = new ByteBufferBackedInputStream(header.asByteBuffer())) {
            this.entries = SafetensorsHeader.read(in, data.byteSize());
        }
    }

    /** Opens a file of a model; {@link io.semanticsearch.embedding.EmbeddingException.BrokenModel} says what is wrong with it. */
    static Safetensors open(ModelFolder folder, String name) {
        Arena arena = Arena.ofShared();
        boolean opened = false;
        try {
            Safetensors safetensors = new Safetensors(arena, bytes(folder, name, arena));
            opened = true;
            return safetensors;
        } catch (JsonProcessingException e) {
            throw folder.broken(name, "is not a safetensors file: its header is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw folder.broken(name, "is not a usable safetensors file: " + e.getMessage() + "; fetch it again", e);
        } finally {
            if (!opened) arena.close();
        }
    }

    /** The tensor of this name, if the file has it. */
    Optional<Tensor> tensor(String name) {
        return Optional.ofNullable(entries.get(name))
                .map(entry -> new Tensor(name, entry.type(), entry.shape(),
                        data.asSlice(entry.begin(), entry.end() - entry.begin())));
    }

    /** The names of its tensors. */
    Collection<String> names() {
        return entries.keySet();
    }

    /** Bytes of the whole file. */
    long size() {
        return file.byteSize();
    }

    @Override
    public void close() {
        arena.close();
    }

    private static MemorySegment bytes(ModelFolder folder, String name, Arena arena) throws IOException {
        Optional<Path> path = folder.path(name);
        if (path.isPresent()) {
            try (FileChannel channel = FileChannel.open(path.get(), StandardOpenOption.READ)) {
                return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            }
        }
        try (InputStream in = folder.open(name)) {
            return MemorySegment.ofArray(in.readAllBytes());
        }
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
