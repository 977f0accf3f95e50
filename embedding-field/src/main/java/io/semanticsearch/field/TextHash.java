package io.semanticsearch.field;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * Tells whether a vector still belongs to its text: the first 128 bits of the SHA-256 of the text in UTF-8, in base64 for URLs without
 * padding (22 characters). Part of the stored form, so it never changes.
 */
public final class TextHash {

    static final int LENGTH = 22;

    private TextHash() {}

    public static String of(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, 16));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
