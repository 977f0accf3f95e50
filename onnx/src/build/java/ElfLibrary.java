import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

/** A shared library of Linux, 64 bits, little-endian: https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html. */
final class ElfLibrary {

    private static final int MAGIC = 0x464c457f;
    private static final int SEGMENT_LOAD = 1;
    private static final int SEGMENT_DYNAMIC = 2;
    private static final long TAG_END = 0;
    private static final long TAG_STRINGS = 5;
    private static final long TAG_OWN_NAME = 14;

    private final ByteBuffer bytes;

    ElfLibrary(byte[] library) {
        this.bytes = ByteBuffer.wrap(library).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.getInt(0) != MAGIC) throw new IllegalArgumentException("not an ELF file");
    }

    /** Puts another name (SONAME) of the same length in the place of its own. */
    void rename(String from, String to) {
        if (from.length() != to.length()) throw new IllegalArgumentException("[" + from + "] and [" + to + "] differ in length");
        int at = fileOffset(dynamic(TAG_STRINGS)) + Math.toIntExact(dynamic(TAG_OWN_NAME));
        byte[] found = new byte[from.length()];
        bytes.get(at, found);
        String name = new String(found, StandardCharsets.US_ASCII);
        if (!name.equals(from) || bytes.get(at + from.length()) != 0) {
            throw new IllegalArgumentException("the library's own name starts with [" + name + "], expected [" + from + "]");
        }
        bytes.put(at, to.getBytes(StandardCharsets.US_ASCII));
    }

    /** The value of an entry of the dynamic section. */
    private long dynamic(long tag) {
        for (int header : segments(SEGMENT_DYNAMIC)) {
            int entry = Math.toIntExact(bytes.getLong(header + 8));
            for (; bytes.getLong(entry) != TAG_END; entry += 16) {
                if (bytes.getLong(entry) == tag) return bytes.getLong(entry + 8);
            }
        }
        throw new IllegalArgumentException("the dynamic section has no entry [" + tag + "]");
    }

    /** Where in the file what is loaded at this address lies. */
    private int fileOffset(long address) {
        for (int header : segments(SEGMENT_LOAD)) {
            long within = address - bytes.getLong(header + 16);
            if (within >= 0 && within < bytes.getLong(header + 32)) return Math.toIntExact(bytes.getLong(header + 8) + within);
        }
        throw new IllegalArgumentException("nothing is loaded at [" + address + "]");
    }

    /** Where the program headers of this type are. */
    private int[] segments(int type) {
        int first = Math.toIntExact(bytes.getLong(32));
        int size = bytes.getShort(54);
        int count = bytes.getShort(56);
        return IntStream.range(0, count).map(i -> first + i * size).filter(at -> bytes.getInt(at) == type).toArray();
    }
}
