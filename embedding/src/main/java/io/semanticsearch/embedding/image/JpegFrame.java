package io.semanticsearch.embedding.image;

import java.nio.charset.StandardCharsets;

/**
 * The frame header of a JPEG file: one size for all that follows.
 *
 * @param components the identifiers of its components, a character each; 1, 3 or 4 of them
 */
record JpegFrame(int width, int height, String components) {

    private static final int SOF0 = 0xC0;
    private static final int SOF2 = 0xC2;
    private static final int SOF15 = 0xCF;
    private static final int DHT = 0xC4;
    private static final int JPG = 0xC8;
    private static final int DAC = 0xCC;
    private static final int HEADER_BYTES = 6;
    private static final int COMPONENT_BYTES = 3;

    /** Whether the segment of this marker is a frame header, of whatever kind. */
    static boolean isFrame(int marker) {
        return SOF0 <= marker && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC;
    }

    /**
     * Reads a frame header.
     *
     * @param at where the segment's content begins
     * @param length bytes of the content
     */
    static JpegFrame read(int marker, byte[] file, int at, int length) throws UnusableImageException {
        if (marker > SOF2) {
            throw JpegSegments.unusable("is compressed in the way [" + (marker - SOF0)
                    + "], expected baseline [0], extended [1] or progressive [2]; save it in one of these");
        }
        int count = length < HEADER_BYTES ? 0 : file[at + 5];
        if (length < HEADER_BYTES || length != HEADER_BYTES + count * COMPONENT_BYTES) {
            throw JpegSegments.damaged("has a frame header of [" + length + "] bytes");
        }
        if (count != 1 && count != 3 && count != 4) {
            throw JpegSegments.unusable("has [" + count + "] colour components, expected 1, 3 or 4; save it as RGB");
        }
        if (file[at] != Byte.SIZE) {
            throw JpegSegments
                    .unusable("has [" + file[at] + "] bits a sample, expected [" + Byte.SIZE + "]; save it with 8 bits");
        }
        int height = JpegSegments.number(file, at + 1);
        int width = JpegSegments.number(file, at + 3);
        ImageFile.checkSize(width, height);
        byte[] components = new byte[count];
        for (int i = 0; i < count; i++) {
            components[i] = file[at + HEADER_BYTES + i * COMPONENT_BYTES];
        }
        return new JpegFrame(width, height, new String(components, StandardCharsets.ISO_8859_1));
    }
}
