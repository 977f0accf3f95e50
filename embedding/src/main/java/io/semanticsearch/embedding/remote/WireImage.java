package io.semanticsearch.embedding.remote;

import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;

/**
 * The file of an image as it is sent.
 *
 * @param type its media type, found out by its first bytes
 * @param file not copied, not to be changed
 */
record WireImage(String type, byte[] file) {

    /** What {@link #of} knows, for messages. */
    static final String EXPECTED = "PNG, JPEG or WebP";

    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};
    private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};
    private static final byte[] RIFF = {'R', 'I', 'F', 'F'};
    private static final byte[] WEBP = {'W', 'E', 'B', 'P'};

    WireImage {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(file, "file");
    }

    /** An image of one of the formats that all providers read; empty where it is of another one, or none. */
    static Optional<WireImage> of(byte[] file) {
        String type = null;
        if (holds(file, 0, PNG)) type = "image/png";
        if (holds(file, 0, JPEG)) type = "image/jpeg";
        if (holds(file, 0, RIFF) && holds(file, 8, WEBP)) type = "image/webp";
        return Optional.ofNullable(type).map(known -> new WireImage(known, file));
    }

    String base64() {
        return Base64.getEncoder().encodeToString(file);
    }

    String dataUri() {
        return "data:" + type + ";base64," + base64();
    }

    private static boolean holds(byte[] file, int at, byte[] bytes) {
        return file.length >= at + bytes.length && Arrays.equals(file, at, at + bytes.length, bytes, 0, bytes.length);
    }
}
