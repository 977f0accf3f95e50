package io.semanticsearch.onnx.proto;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Maps files for reading: their pages are shared with the file cache and leave the heap alone, whatever their size. */
public final class MappedFile {

    /** What Git leaves in place of a large file that was not fetched: https://github.com/git-lfs/git-lfs, {@code docs/spec.md}. */
    private static final byte[] POINTER = "version https://git-lfs".getBytes(StandardCharsets.US_ASCII);

    private MappedFile() {}

    /** @param arena what the mapping lives as long as */
    public static MemorySegment map(Path file, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            if (bytes.byteSize() == 0) throw new IOException("it is empty");
            if (bytes.byteSize() >= POINTER.length
                    && MemorySegment.ofArray(POINTER).mismatch(bytes.asSlice(0, POINTER.length)) < 0) {
                throw new IOException("it is only the pointer that Git LFS keeps in place of the file");
            }
            return bytes;
        }
    }
}
