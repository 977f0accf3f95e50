package io.semanticsearch.embedding.image;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Base64;

/**
 * JPEG files of 20 x 14 pixels, drawn and written by Pillow 12.3, because what encoders write differs, and how to change them.
 */
final class JpegBytes {

    static final int WIDTH = 20;
    static final int HEIGHT = 14;

    /** Every pixel has colours of its own (4:4:4). */
    static final byte[] FULL = bytes(
            """
                    /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk//
                    2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wAARCAAOABQDAREAAhEBAxEB/8QA
                    FgABAQEAAAAAAAAAAAAAAAAABwMG/8QAIBAAAQMDBQEAAAAAAAAAAAAAAQADFAIEBQYhMUFxgf/EABYBAQEBAAAAAAAAAAAAAAAAAAMEAv/EABwRAAICAwEB
                    AAAAAAAAAAAAAAACAQMEERIhIv/aAAwDAQACEQMRAD8A17t6IPxT5a/QWE08hhqO9Eo+rdC+DWNOyuPvREp9SsvpTW08iC6yIPPSgy7J6M4SLyGGo2RKO/a1
                    RZOhbEXZXHsiJTumaydlNaLyf//Z""");

    /** Four pixels share their colours (4:2:0). */
    static final byte[] BASELINE = bytes(
            """
                    /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk//
                    2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wAARCAAOABQDASIAAhEBAxEB/8QA
                    FwAAAwEAAAAAAAAAAAAAAAAAAAQHBv/EACAQAAEDAwUBAAAAAAAAAAAAAAABAxQCBAUGITFBcYH/xAAVAQEBAAAAAAAAAAAAAAAAAAADBP/EABoRAAICAwAA
                    AAAAAAAAAAAAAAECAAMREyH/2gAMAwEAAhEDEQA/ANe7epB+Ew1HepKX0ozrKQeeiYajZSUu/ZKLF3GJXS2kdj2PvUiU+gLY9lIlO4DGxcy1aWwOz//Z""");

    /** The same as BASELINE, in ten scans. */
    static final byte[] PROGRESSIVE = bytes(
            """
                    /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk//
                    2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wgARCAAOABQDASIAAhEBAxEB/8QA
                    FwAAAwEAAAAAAAAAAAAAAAAAAAMGBf/EABUBAQEAAAAAAAAAAAAAAAAAAAID/9oADAMBAAIQAxAAAAHXmKOXknix2//EABgQAAMBAQAAAAAAAAAAAAAAAAEC
                    IgME/9oACAEBAAEFAi8dD1m8kR0CsxP/xAAXEQADAQAAAAAAAAAAAAAAAAAAAQIS/9oACAEDAQE/AZh4FDP/xAAWEQEBAQAAAAAAAAAAAAAAAAASAAH/2gAI
                    AQIBAT8BWOWX/8QAFBABAAAAAAAAAAAAAAAAAAAAIP/aAAgBAQAGPwJf/8QAFhABAQEAAAAAAAAAAAAAAAAAECEA/9oACAEBAAE/IQ2Ffj3/2gAMAwEAAgAD
                    AAAAEJMf/8QAFxEAAwEAAAAAAAAAAAAAAAAAABEhAf/aAAgBAwEBPxBBRDKf/8QAFhEAAwAAAAAAAAAAAAAAAAAAAAER/9oACAECAQE/EFQOh//EABwQAAIC
                    AgMAAAAAAAAAAAAAAAABEUEhMXGBkf/aAAgBAQABPxBfgXLkT3CrUKlmxG4//9k=""");

    static final byte[] GREY = bytes(
            """
                    /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk//
                    wAALCAAOABQBAREA/8QAFgABAQEAAAAAAAAAAAAAAAAABwMG/8QAIBAAAQMDBQEAAAAAAAAAAAAAAQADFAIEBQYhMUFxgf/aAAgBAQAAPwDXu3og/EYajvRK
                    Pqrj70RKfUgusiDz0jDUbIlHftVx7IiU7r//2Q==""");

    /** Red, green and blue as they are, announced by Adobe's segment. */
    static final byte[] RGB = bytes(
            """
                    /9j/7gAOQWRvYmUAZAAAAAAA/9sAQwANCQoLCggNCwoLDg4NDxMgFRMSEhMnHB4XIC4pMTAuKS0sMzpKPjM2RjcsLUBXQUZMTlJTUjI+WmFaUGBKUVJP/8AA
                    EQgADgAUA1IRAEcRAEIRAP/EABgAAQEAAwAAAAAAAAAAAAAAAAcGAwQF/8QAIRAAAAUEAwEBAAAAAAAAAAAAAAECBCEDBRRBBhVxE0L/2gAMA1IARwBCAAA/
                    AKi03BXVlH5Fs+epwz8FByNyn5qkHPLLgrOONgr5E9Tkq9Bq/cpyD9HRs9wV16I2MTJ6nHL0b7NynHKRfWlnS6so/ISX1I8M50KTkdRXzVIOeWM6WccbBXyK
                    keSqdg1f1FZBzsdKzs6XXojYxMqR45Tsb7OorHKR/9k=""");

    static final byte[] CMYK = bytes(
            """
                    /9j/7gAOQWRvYmUAZAAAAAAA/9sAQwANCQoLCggNCwoLDg4NDxMgFRMSEhMnHB4XIC4pMTAuKS0sMzpKPjM2RjcsLUBXQUZMTlJTUjI+WmFaUGBKUVJP/8AA
                    FAgADgAUBEMRAE0RAFkRAEsRAP/EABgAAAMBAQAAAAAAAAAAAAAAAAUGBwQD/8QAIxAAAAUEAgIDAAAAAAAAAAAAAAECAwQFFCFBBhMVcRJCgf/aAA4EQwBN
                    AFkASwAAPwBXq1PT5Q8/YJEGEq9L2F7jsZXYnA20Jk/gkUbidPTYlnQqvHYSrZPoUqBGVbl6B99k+n8A2sU9PkF50Ok2Eq4P0MEyMq4PAVprJ3Kgg1aY75Q8
                    /YTeC6V4WNhb442nsTgH6Eyn4JFG4nMdsSzoVTjrpWycaFKgNptyxoH32U9P4BtYmO+QXnQ6TXSuDxoYJjabg8BWmspuVD//2Q==""");

    static final byte[] YCCK = bytes(
            """
                    /9j/7gAOQWRvYmUAZAAAAAAC/9sAQwANCQoLCggNCwoLDg4NDxMgFRMSEhMnHB4XIC4pMTAuKS0sMzpKPjM2RjcsLUBXQUZMTlJTUjI+WmFaUGBKUVJP/8AA
                    FAgADgAUBEMRAE0RAFkRAEsRAP/EABgAAAMBAQAAAAAAAAAAAAAAAAUGBwQD/8QAIxAAAAUEAgIDAAAAAAAAAAAAAAECAwQFFCFBBhMVcRJCgf/aAA4EQwBN
                    AFkASwAAPwBXq1PT5Q8/YJEGEq9L2F7jsZXYnA20Jk/gkUbidPTYlnQqvHYSrZPoUqBGVbl6B99k+n8A2sU9PkF50Ok2Eq4P0MEyMq4PAVprJ3Kgg1aY75Q8
                    /YTeC6V4WNhb442nsTgH6Eyn4JFG4nMdsSzoVTjrpWycaFKgNptyxoH32U9P4BtYmO+QXnQ6TXSuDxoYJjabg8BWmspuVD//2Q==""");

    private JpegBytes() {}

    private static byte[] bytes(String base64) {
        return Base64.getMimeDecoder().decode(base64);
    }

    /** A file with other segments in place of the first one, which announces its kind. */
    static byte[] announced(byte[] file, byte[]... segments) {
        ByteArrayOutputStream changed = new ByteArrayOutputStream();
        changed.write(file, 0, 2);
        for (byte[] segment : segments) {
            changed.writeBytes(segment);
        }
        int after = 4 + JpegSegments.number(file, 4);
        changed.write(file, after, file.length - after);
        return changed.toByteArray();
    }

    static byte[] segment(int marker, byte[] content) {
        ByteArrayOutputStream segment = new ByteArrayOutputStream();
        segment.write(0xff);
        segment.write(marker);
        segment.write(content.length + 2 >> 8);
        segment.write(content.length + 2);
        segment.writeBytes(content);
        return segment.toByteArray();
    }

    /** Where a marker of a file stands. */
    static int find(byte[] file, int marker) {
        for (int at = 0; at + 1 < file.length; at++) {
            if (file[at] == (byte) 0xff && file[at + 1] == (byte) marker) return at;
        }
        throw new IllegalArgumentException("no marker [" + Integer.toHexString(marker) + "] in " + Arrays.toString(file));
    }
}
