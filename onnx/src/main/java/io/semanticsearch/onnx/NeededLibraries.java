package io.semanticsearch.onnx;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The libraries that a library of Linux names as needed, read from its file, 64 bits, little-endian:
 * https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html, {@code DT_NEEDED}. So that all that are missing can be told; the loader
 * tells the first.
 */
final class NeededLibraries {

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int MAGIC = 0x464c457f;
    private static final int SEGMENT_LOAD = 1;
    private static final int SEGMENT_DYNAMIC = 2;
    private static final long TAG_END = 0;
    private static final long TAG_NEEDED = 1;
    private static final long TAG_STRINGS = 5;
    private static final int ENTRY_BYTES = 16;

    private final MemorySegment file;

    private NeededLibraries(MemorySegment file) {
        this.file = file;
    }

    /**
     * Their names, in the order of the file.
     *
     * @throws IOException also when it is no such file
     */
    static List<String> of(Path library) throws IOException {
        try (FileChannel channel = FileChannel.open(library, StandardOpenOption.READ); Arena arena = Arena.ofConfined()) {
            return new NeededLibraries(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena)).names();
        } catch (IndexOutOfBoundsException e) {
            throw new IOException("[" + library + "] ends where more was expected", e);
        }
    }

    private List<String> names() throws IOException {
        if (file.get(INT, 0) != MAGIC) throw new IOException("it is no ELF file");
        List<Long> offsets = new ArrayList<>();
        long strings = -1;
        for (long header : segments(SEGMENT_DYNAMIC)) {
            long at = file.get(LONG, header + 8);
            for (long tag = file.get(LONG, at); tag != TAG_END; at += ENTRY_BYTES, tag = file.get(LONG, at)) {
                if (tag == TAG_NEEDED) offsets.add(file.get(LONG, at + 8));
                if (tag == TAG_STRINGS) strings = fileOffset(file.get(LONG, at + 8));
            }
        }
        List<String> names = new ArrayList<>();
        for (long offset : offsets) names.add(file.getString(strings + offset));
        return names;
    }

    /** Where in the file what is loaded at this address lies. */
    private long fileOffset(long address) throws IOException {
        for (long header : segments(SEGMENT_LOAD)) {
            long within = address - file.get(LONG, header + 16);
            if (within >= 0 && within < file.get(LONG, header + 32)) return file.get(LONG, header + 8) + within;
        }
        throw new IOException("nothing is loaded at [" + address + "]");
    }

    /** Where the program headers of this type are. */
    private List<Long> segments(int type) {
        long first = file.get(LONG, 32);
        int size = Short.toUnsignedInt(file.get(SHORT, 54));
        int count = Short.toUnsignedInt(file.get(SHORT, 56));
        List<Long> found = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long header = first + (long) i * size;
            if (file.get(INT, header) == type) found.add(header);
        }
        return found;
    }
}
