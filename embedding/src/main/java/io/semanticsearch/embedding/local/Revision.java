package io.semanticsearch.embedding.local;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;

/**
 * Names the weights of a local model by their content, so that a folder with other files in it is another space. Part of the id of the
 * space, so the format never changes: the first 8 bytes, in hex, of the SHA-256 over these of the given files that there are, by name:
 * length of the name in bytes (int32, big-endian), the name in UTF-8, length of the file (int64, big-endian), the file.
 */
final class Revision {

    private static final int BYTES = 8;
    private static final int CHUNK = 1 << 16;

    private Revision() {}

    /** @param files that decide what a vector is */
    static String of(ModelFolder folder, List<String> files) {
        MessageDigest digest = sha256();
        for (String file : new TreeSet<>(files)) {
            if (!folder.has(file)) continue;
            try {
                add(digest, folder, file);
            } catch (IOException e) {
                throw folder.broken(file, "cannot be read: " + e.getMessage(), e);
            }
        }
        return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
    }

    private static void add(MessageDigest digest, ModelFolder folder, String file) throws IOException {
        byte[] name = file.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(name.length).flip());
        digest.update(name);
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(folder.size(file)).flip());
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = folder.open(file)) {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                digest.update(chunk, 0, read);
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
