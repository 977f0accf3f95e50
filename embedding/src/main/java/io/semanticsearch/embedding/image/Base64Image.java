package io.semanticsearch.embedding.image;

import java.util.Base64;
import java.util.Locale;

/** A file of an image as JSON carries it: base64, alone or in a [data:] URL. */
public final class Base64Image {

    private static final String DATA = "data:";
    private static final String BASE64 = ";base64";
    private static final int SHOWN = 40;
    // Three bytes are four characters; line breaks and the head of a URL come on top.
    private static final long MAX_CHARACTERS = ImagePreprocessor.MAX_BYTES / 3 * 4 / 10 * 11L;

    private Base64Image() {}

    /**
     * The bytes of the file, whatever they are; line breaks are skipped.
     *
     * @throws IllegalArgumentException when the text is no base64, or longer than that of any image that is taken
     */
    public static byte[] decode(String text) {
        if (text.length() > MAX_CHARACTERS) {
            throw new IllegalArgumentException(
                    "the image has [" + text.length() + "] characters of base64, expected one of at most ["
                            + ImagePreprocessor.MAX_BYTES + "] bytes; send it smaller");
        }
        String content = content(text);
        if (content.indexOf('\n') >= 0) content = content.replace("\r", "").replace("\n", "");
        try {
            return Base64.getDecoder().decode(content);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the image is no base64: [" + shown(text) + "], " + e.getMessage()
                    + "; send one file, encoded as base64, alone or in a [data:] URL", e);
        }
    }

    private static String content(String text) {
        if (!text.regionMatches(true, 0, DATA, 0, DATA.length())) return text;
        int comma = text.indexOf(',');
        if (comma >= 0 && text.substring(0, comma).toLowerCase(Locale.ROOT).endsWith(BASE64)) return text.substring(comma + 1);
        throw new IllegalArgumentException("the image is the URL [" + shown(text)
                + "], expected one that begins like [data:image/png;base64,]; send the file in base64");
    }

    private static String shown(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
