package io.semanticsearch.embedding.image;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What the segments of a JPEG file say, up to its end; what follows the end, such as a second image, is not looked at.
 *
 * @param jfif whether a JFIF segment says that three components are YCC
 * @param adobeTransform what Adobe's segment says about the components, or {@link #NO_ADOBE}
 * @param kept the parts of the file that a decoder needs after the first marker, in order, the end included
 */
record JpegSegments(JpegFrame frame, boolean jfif, int adobeTransform, List<Range> kept) {

    static final int NO_ADOBE = -1;

    // The codes of markers: the byte after FF.
    private static final int RST0 = 0xD0;
    private static final int RST7 = 0xD7;
    private static final int EOI = 0xD9;
    private static final int SOS = 0xDA;
    private static final int APP0 = 0xE0;
    private static final int APP14 = 0xEE;
    private static final int APP15 = 0xEF;
    private static final int COM = 0xFE;

    private static final int JFIF_BYTES = 14;
    private static final int ADOBE_BYTES = 12;
    // Each scan of a progressive image costs a pass over all of its pixels, however few bytes it has; encoders write about ten.
    private static final int MAX_SCANS = 64;

    /** Bytes of the file from one offset up to another. */
    record Range(int from, int to) {}

    static JpegSegments read(byte[] file) throws UnusableImageException {
        JpegFrame frame = null;
        boolean jfif = false;
        int adobeTransform = NO_ADOBE;
        List<Range> kept = new ArrayList<>();
        int scans = 0;
        int from = 2;
        while (true) {
            int at = afterMarker(file, from);
            int marker = file[at - 1] & 0xFF;
            if (marker == EOI) {
                kept.add(new Range(from, at));
                break;
            }
            int length = length(file, at);
            int content = at + Short.BYTES;
            int end = content + length;
            if (marker == APP0) {
                jfif |= length >= JFIF_BYTES && begins(file, content, "JFIF\0");
            } else if (marker == APP14) {
                if (length >= ADOBE_BYTES && begins(file, content, "Adobe"))
                    adobeTransform = file[content + ADOBE_BYTES - 1] & 0xFF;
            } else if (JpegFrame.isFrame(marker)) {
                if (frame != null) throw damaged("has two frame headers, the second at byte [" + from + "]");
                frame = JpegFrame.read(marker, file, content, length);
            } else if (marker == SOS) {
                if (++scans > MAX_SCANS) {
                    throw unusable("has more than [" + MAX_SCANS + "] scans; save it again, as an ordinary progressive image");
                }
                end = afterScan(file, end);
            }
            if (marker != COM && (marker < APP0 || marker > APP15)) kept.add(new Range(from, end));
            from = end;
        }
        if (frame == null || scans == 0) throw damaged("has no pixels before its end at byte [" + from + "]");
        return new JpegSegments(frame, jfif, adobeTransform, kept);
    }

    /** Where the content after a marker's code begins. */
    private static int afterMarker(byte[] file, int from) throws UnusableImageException {
        if (from < file.length && file[from] != (byte) 0xFF) {
            throw damaged("has the byte [" + Integer.toHexString(file[from] & 0xFF) + "] at [" + from + "], expected a marker");
        }
        int at = from;
        // Any number of FF may stand before a marker's code.
        while (at < file.length && file[at] == (byte) 0xFF) {
            at++;
        }
        if (at >= file.length) throw truncated(file);
        return at + 1;
    }

    private static int length(byte[] file, int at) throws UnusableImageException {
        if (file.length - at < Short.BYTES) throw truncated(file);
        int length = number(file, at) - Short.BYTES;
        if (length < 0) throw damaged("has a segment of [" + length + "] bytes at byte [" + at + "]");
        if (length > file.length - at - Short.BYTES) throw truncated(file);
        return length;
    }

    /** Where the next marker begins that is not part of the coded pixels. */
    private static int afterScan(byte[] file, int from) throws UnusableImageException {
        for (int at = from; at + 1 < file.length; at++) {
            if (file[at] != (byte) 0xFF) continue;
            int next = file[at + 1] & 0xFF;
            if (next != 0 && next != 0xFF && (next < RST0 || next > RST7)) return at;
        }
        throw truncated(file);
    }

    private static boolean begins(byte[] file, int at, String text) {
        return new String(file, at, text.length(), StandardCharsets.ISO_8859_1).equals(text);
    }

    /** The unsigned 16-bit number at an offset. */
    static int number(byte[] file, int at) {
        return (file[at] & 0xFF) << Byte.SIZE | file[at + 1] & 0xFF;
    }

    private static UnusableImageException truncated(byte[] file) {
        return damaged("ends in the middle, after [" + file.length + "] bytes");
    }

    static UnusableImageException damaged(String what) {
        return unusable(what + "; send the whole file as it was made");
    }

    static UnusableImageException unusable(String what) {
        return new UnusableImageException("the JPEG image " + what);
    }
}
