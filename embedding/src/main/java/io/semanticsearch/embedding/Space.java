package io.semanticsearch.embedding;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Where vectors can be compared: two functions of one space may write to and search the same field. Precision and device are not part of
 * it, because they move a vector by less than search can tell.
 *
 * @param provider who runs the model
 * @param model the provider's name of the model
 * @param revision which weights, empty where the provider does not tell
 * @param prompts what is put before each text
 * @param pooling how token vectors become one, empty where the provider does not tell
 * @param dimension numbers in a vector, after any cut
 */
public record Space(String provider, String model, String revision, Prompts prompts, String pooling, int dimension) {

    private static final Pattern ID = Pattern.compile("[0-9a-f]{16}");
    private static final int ID_BYTES = 8;

    public Space {
        Objects.requireNonNull(provider, "provider");
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(revision, "revision");
        Objects.requireNonNull(prompts, "prompts");
        Objects.requireNonNull(pooling, "pooling");
        if (dimension < 1) {
            throw new IllegalArgumentException("[dimension] of space [" + model + "] is [" + dimension + "], expected 1 or more");
        }
    }

    /**
     * Names this space in 16 lower-case hex digits. It is part of mappings and of stored vectors, so the format never changes: the first
     * 8 bytes of the SHA-256 over these strings, each as its length in bytes (int32, big-endian) and then its UTF-8: provider, model,
     * revision, document prompt, query prompt, pooling, dimension in decimal digits.
     */
    public String id() {
        String[] fields = {provider, model, revision, prompts.document(), prompts.query(), pooling, Integer.toString(dimension)};
        ByteArrayOutputStream canonical = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(canonical)) {
            for (String field : fields) {
                byte[] utf8 = field.getBytes(StandardCharsets.UTF_8);
                out.writeInt(utf8.length);
                out.write(utf8);
            }
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(canonical.toByteArray());
            return HexFormat.of().formatHex(digest, 0, ID_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Whether this could be the {@link #id()} of a space. */
    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }
}
