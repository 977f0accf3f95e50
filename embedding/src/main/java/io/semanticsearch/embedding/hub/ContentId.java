package io.semanticsearch.embedding.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names the bytes of a file. Large files are listed by their SHA-256, small ones as git names them.
 *
 * @param kind how the digits are computed
 * @param hex lower-case digits
 */
record ContentId(Kind kind, String hex) {

    private static final int CHUNK = 1 << 16;

    enum Kind {

        SHA256("SHA-256", 64),
        /** The SHA-1 over the word blob, a space, the length in decimal digits, a zero byte, and the file. */
        GIT_BLOB("SHA-1", 40);

        private final String algorithm;
        private final Pattern digits;

        Kind(String algorithm, int digits) {
            this.algorithm = algorithm;
            this.digits = Pattern.compile("[0-9a-f]{" + digits + "}");
        }

        /** An id of this kind; empty for text that is none. */
        Optional<ContentId> id(String text) {
            return digits.matcher(text).matches() ? Optional.of(new ContentId(this, text)) : Optional.empty();
        }

        private MessageDigest digest() {
            try {
                return MessageDigest.getInstance(algorithm);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has " + algorithm, e);
            }
        }
    }

    /**
     * The id, of the kind of this one, of a file on disk.
     *
     * @param stop looked at on the way, because a large file takes seconds
     */
    ContentId of(Path file, StopSignal stop) throws IOException {
        MessageDigest digest = kind.digest();
        if (kind == Kind.GIT_BLOB) digest.update(("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.UTF_8));
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                stop.check();
                digest.update(chunk, 0, read);
            }
        }
        return new ContentId(kind, HexFormat.of().formatHex(digest.digest()));
    }

    /** For messages. */
    @Override
    public String toString() {
        return kind.algorithm + " " + hex;
    }
}
