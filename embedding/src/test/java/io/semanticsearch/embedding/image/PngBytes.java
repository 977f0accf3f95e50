package io.semanticsearch.embedding.image;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes PNG files of any kind, good and bad ones. */
final class PngBytes {

    static final int GREY = 0;
    static final int RGB = 2;
    static final int PALETTE = 3;
    static final int GREY_ALPHA = 4;
    static final int RGB_ALPHA = 6;

    private final ByteArrayOutputStream file = new ByteArrayOutputStream();

    PngBytes() {
        file.writeBytes(HexFormat.of().parseHex("89504e470d0a1a0a"));
    }

    PngBytes header(int width, int height, int bitDepth, int colourType) {
        return chunk("IHDR",
                ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) bitDepth).put((byte) colourType).array());
    }

    PngBytes chunk(String type, byte[] data) {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 sum = new CRC32();
        sum.update(name);
        sum.update(data);
        file.writeBytes(ByteBuffer.allocate(4).putInt(data.length).array());
        file.writeBytes(name);
        file.writeBytes(data);
        file.writeBytes(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
        return this;
    }

    /** The pixels, a row after the other, in as many chunks as there are rows. */
    PngBytes rows(String... hexRows) {
        byte[][] rows = new byte[hexRows.length][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = HexFormat.of().parseHex(hexRows[i]);
        }
        return rows(rows);
    }

    PngBytes rows(byte[]... rows) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(compressed)) {
            for (byte[] row : rows) {
                out.write(0);
                out.write(row);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return chunk("IDAT", compressed.toByteArray());
    }

    byte[] end() {
        return chunk("IEND", new byte[0]).file.toByteArray();
    }

    /** The bytes so far, without an end. */
    byte[] unfinished() {
        return file.toByteArray();
    }

    /** A picture of a pattern with edges, by a formula that other languages can compute as well. */
    static byte[] pattern(int width, int height) {
        byte[][] rows = new byte[height][width * 3];
        for (int y = 0; y < height; y++) {
            for (int i = 0; i < width * 3; i++) {
                rows[y][i] = (byte) level(i / 3, y, i % 3);
            }
        }
        return new PngBytes().header(width, height, 8, RGB).rows(rows).end();
    }

    /** A level of the pattern. */
    static int level(int x, int y, int colour) {
        return x * 7 + y * 13 + colour * 50 + x * y % 11 * 9 & 0xff;
    }
}
