package io.semanticsearch.embedding.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * A PNG file: https://www.w3.org/TR/png-3. Only its critical chunks are kept, which also leaves out the transparency of single colours and
 * all frames of an animation but the first; every one of them is checked against its CRC.
 *
 * @param paletteColours how many colours its palette has; 0 when its pixels are no places in a palette
 */
record PngFile(int width, int height, int paletteColours, byte[] pixelData) implements ImageFile {

    private static final int SIGNATURE_BYTES = 8;
    // Length, type and CRC.
    private static final int CHUNK_BYTES = 12;
    private static final int HEADER_BYTES = 13;
    private static final int PALETTE_TYPE = 3;
    private static final String HEADER = "IHDR";
    private static final String PALETTE = "PLTE";
    private static final String DATA = "IDAT";
    private static final String END = "IEND";

    @Override
    public String format() {
        return "png";
    }

    static PngFile of(byte[] bytes) throws UnusableImageException {
        ByteBuffer file = ByteBuffer.wrap(bytes);
        ByteArrayOutputStream kept = new ByteArrayOutputStream(bytes.length);
        kept.write(bytes, 0, SIGNATURE_BYTES);
        int paletteColours = 0;
        String type = "";
        for (int at = SIGNATURE_BYTES; !type.equals(END);) {
            int left = bytes.length - at - CHUNK_BYTES;
            int length = left < 0 ? 0 : file.getInt(at);
            if (left < 0 || length < 0 || length > left) throw unusable("ends in the middle, after [" + bytes.length + "] bytes");
            type = new String(bytes, at + Integer.BYTES, Integer.BYTES, StandardCharsets.ISO_8859_1);
            if ((at == SIGNATURE_BYTES) != type.equals(HEADER)) {
                throw unusable(
                        "has the chunk [" + type + "] at byte [" + at + "], expected [" + HEADER + "] first and only there");
            }
            switch (type) {
                case HEADER, DATA, END -> keep(file, at, length, type, kept);
                case PALETTE -> {
                    keep(file, at, length, type, kept);
                    paletteColours = length / 3;
                }
                default -> {
                }
            }
            at += CHUNK_BYTES + length;
        }
        return sized(file, paletteColours, kept.toByteArray());
    }

    private static PngFile sized(ByteBuffer file, int paletteColours, byte[] kept) throws UnusableImageException {
        int length = file.getInt(SIGNATURE_BYTES);
        if (length != HEADER_BYTES) {
            throw unusable("has a chunk [" + HEADER + "] of [" + length + "] bytes, expected [" + HEADER_BYTES + "]");
        }
        int at = SIGNATURE_BYTES + 2 * Integer.BYTES;
        long width = Integer.toUnsignedLong(file.getInt(at));
        long height = Integer.toUnsignedLong(file.getInt(at + Integer.BYTES));
        ImageFile.checkSize(width, height);
        boolean palette = file.get(at + 2 * Integer.BYTES + 1) == PALETTE_TYPE;
        return new PngFile((int) width, (int) height, palette ? paletteColours : 0, kept);
    }

    private static void keep(ByteBuffer file, int at, int length, String type, ByteArrayOutputStream kept)
            throws UnusableImageException {
        CRC32 sum = new CRC32();
        sum.update(file.array(), at + Integer.BYTES, Integer.BYTES + length);
        if ((int) sum.getValue() != file.getInt(at + 2 * Integer.BYTES + length)) {
            throw unusable("is damaged in the chunk [" + type + "] at byte [" + at + "]: its check sum is wrong");
        }
        kept.write(file.array(), at, CHUNK_BYTES + length);
    }

    private static UnusableImageException unusable(String what) {
        return new UnusableImageException("the PNG image " + what + "; send the whole file as it was made");
    }
}
