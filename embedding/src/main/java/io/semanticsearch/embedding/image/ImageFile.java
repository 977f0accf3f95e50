package io.semanticsearch.embedding.image;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/**
 * An image file, as far as it can be known without decoding it: a kind of file that can be decoded, of a size that may be decoded. What it
 * holds besides pixels (profiles, comments, thumbnails) is left out, so that no decoder reads it and no colour is changed by it.
 */
sealed interface ImageFile permits PngFile, JpegFile {

    /** Bytes of a file; a photograph of 50 million pixels stays under it. */
    int MAX_BYTES = 20 << 20;

    /** Decoded, so many pixels take 200 MB, the largest share of what an image may cost. */
    long MAX_PIXELS = 64_000_000;

    /** The largest side of a JPEG. */
    int MAX_SIDE = 65_535;

    /** The name of the format for which the Java runtime has a reader. */
    String format();

    int width();

    int height();

    /** The file without what is no pixel; not to be changed. */
    byte[] pixelData();

    /** Finds out what a file is, and checks all that needs no decoding. */
    static ImageFile of(byte[] file) throws UnusableImageException {
        if (file.length > MAX_BYTES) {
            throw new UnusableImageException("the image has [" + file.length + "] bytes, expected at most [" + MAX_BYTES
                    + "]; send it smaller");
        }
        if (starts(file, "89504E470D0A1A0A")) return PngFile.of(file);
        if (starts(file, "FFD8FF")) return JpegFile.of(file);
        throw new UnusableImageException(
                "the image is " + kind(file) + ", expected a PNG or a JPEG; convert it before it is sent");
    }

    /** Refuses an image that is too large to be decoded. */
    static void checkSize(long width, long height) throws UnusableImageException {
        boolean sides = 0 < width && width <= MAX_SIDE && 0 < height && height <= MAX_SIDE;
        if (sides && width * height <= MAX_PIXELS) return;
        throw new UnusableImageException("the image has [" + width + "] x [" + height + "] pixels, expected sides of 1 to ["
                + MAX_SIDE + "] and at most [" + MAX_PIXELS + "] pixels; send it smaller");
    }

    private static String kind(byte[] file) {
        if (file.length == 0) return "empty";
        for (Signature signature : Signature.OTHERS) {
            if (signature.fits(file)) return "a file of the format [" + signature.name + "]";
        }
        int shown = Math.min(file.length, 8);
        return "of an unknown format: it begins with the bytes [" + HexFormat.of().formatHex(file, 0, shown) + "]";
    }

    private static boolean starts(byte[] file, String hex) {
        return new Signature("", 0, hex).fits(file);
    }

    /**
     * How files of a format begin.
     *
     * @param hex the bytes from {@code offset} on
     */
    record Signature(String name, int offset, String hex) {

        private static final List<Signature> OTHERS = List.of(new Signature("GIF", 0, ascii("GIF8")),
                new Signature("WebP", 8, ascii("WEBP")), new Signature("BMP", 0, ascii("BM")),
                new Signature("TIFF", 0, "49492A00"), new Signature("TIFF", 0, "4D4D002A"),
                new Signature("AVIF", 4, ascii("ftypavif")), new Signature("HEIC", 4, ascii("ftyphei")),
                new Signature("HEIC", 4, ascii("ftypmif1")), new Signature("JPEG 2000", 4, ascii("jP  ")),
                new Signature("JPEG XL", 0, "FF0A"), new Signature("JPEG XL", 4, ascii("JXL ")),
                new Signature("ICO", 0, "00000100"), new Signature("PDF", 0, ascii("%PDF")),
                new Signature("SVG", 0, ascii("<svg")),
                new Signature("XML", 0, ascii("<?xml")));

        boolean fits(byte[] file) {
            byte[] expected = HexFormat.of().parseHex(hex);
            if (file.length < offset + expected.length) return false;
            for (int i = 0; i < expected.length; i++) {
                if (file[offset + i] != expected[i]) return false;
            }
            return true;
        }

        private static String ascii(String text) {
            return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
        }
    }
}
