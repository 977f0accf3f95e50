import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * A shared library of macOS, 64 bits. Its signature is a table with the hash of each page, which the system checks when it loads the page;
 * what is changed in a page is therefore entered there too. That is possible because the table itself is not signed by anybody ("ad hoc").
 *
 * <p>Formats: {@code mach-o/loader.h} and {@code kern/cs_blobs.h} of XNU, https://github.com/apple-oss-distributions/xnu.
 */
final class MachLibrary {

    private static final int MAGIC = 0xfeedfacf;
    private static final int HEADER_BYTES = 32;
    private static final int COMMAND_OWN_NAME = 0xd;
    private static final int COMMAND_SIGNATURE = 0x1d;
    private static final int SIGNATURE_MAGIC = 0xfade0cc0;
    private static final int DIRECTORY_MAGIC = 0xfade0c02;
    private static final int FLAG_AD_HOC = 2;
    private static final int SHA256 = 2;
    private static final int SHA256_BYTES = 32;

    private final ByteBuffer bytes;
    /** The same bytes: signatures are big-endian. */
    private final ByteBuffer signature;

    MachLibrary(byte[] library) {
        this.bytes = ByteBuffer.wrap(library).order(ByteOrder.LITTLE_ENDIAN);
        this.signature = ByteBuffer.wrap(library).order(ByteOrder.BIG_ENDIAN);
        if (bytes.getInt(0) != MAGIC) throw new IllegalArgumentException("not a Mach-O file of 64 bits");
    }

    /** Puts another name (install name) of the same length in the place of its own. */
    void rename(String from, String to) {
        if (from.length() != to.length()) throw new IllegalArgumentException("[" + from + "] and [" + to + "] differ in length");
        int command = command(COMMAND_OWN_NAME);
        int at = command + bytes.getInt(command + 8);
        byte[] found = new byte[from.length()];
        bytes.get(at, found);
        String name = new String(found, StandardCharsets.US_ASCII);
        if (!name.equals(from) || bytes.get(at + from.length()) != 0) {
            throw new IllegalArgumentException("the library's own name starts with [" + name + "], expected [" + from + "]");
        }
        int directory = directory();
        int firstPage = page(directory, at);
        int lastPage = page(directory, at + from.length() - 1);
        // A table that is wrong before the change is one that this code does not understand.
        for (int page = firstPage; page <= lastPage; page++) {
            byte[] entry = new byte[SHA256_BYTES];
            signature.get(entry(directory, page), entry);
            if (!Arrays.equals(entry, hash(directory, page))) {
                throw new IllegalArgumentException("the signature of page [" + page + "] does not fit it");
            }
        }
        bytes.put(at, to.getBytes(StandardCharsets.US_ASCII));
        for (int page = firstPage; page <= lastPage; page++) {
            signature.put(entry(directory, page), hash(directory, page));
        }
    }

    private int command(int wanted) {
        int at = HEADER_BYTES;
        for (int i = 0; i < bytes.getInt(16); i++, at += bytes.getInt(at + 4)) {
            if (bytes.getInt(at) == wanted) return at;
        }
        throw new IllegalArgumentException("no load command [" + wanted + "]");
    }

    /** Where the table of hashes is; nothing else must stand in the signature, because it could sign the table. */
    private int directory() {
        int start = bytes.getInt(command(COMMAND_SIGNATURE) + 8);
        int parts = signature.getInt(start + 8);
        if (signature.getInt(start) != SIGNATURE_MAGIC || parts != 1) {
            throw new IllegalArgumentException("the signature has [" + parts + "] parts, expected [1]");
        }
        int directory = start + signature.getInt(start + 16);
        boolean adHoc = (signature.getInt(directory + 12) & FLAG_AD_HOC) != 0;
        boolean sha256 = signature.get(directory + 36) == SHA256_BYTES && signature.get(directory + 37) == SHA256;
        if (signature.getInt(directory) != DIRECTORY_MAGIC || !adHoc || !sha256) {
            throw new IllegalArgumentException("the signature is not one of SHA-256 hashes that nobody signed");
        }
        return directory;
    }

    private int page(int directory, int at) {
        return at >> signature.get(directory + 39);
    }

    private int entry(int directory, int page) {
        return directory + signature.getInt(directory + 16) + page * SHA256_BYTES;
    }

    private byte[] hash(int directory, int page) {
        int size = 1 << signature.get(directory + 39);
        int end = Math.min((page + 1) * size, signature.getInt(directory + 32));
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes.array(), page * size, end - page * size);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
