package io.semanticsearch.tokenizer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * SentencePiece's table of what texts become: a double-array trie over their bytes in UTF-8, whose values are indexes into a block
 * of zero-terminated replacements.
 *
 * <p>Layout: int32 size of the trie in bytes, the trie as int32 units, the block; all little-endian. A unit has its label in bits 0
 * to 7, in bit 8 whether a value follows, in bits 10 to 30 the offset of its children, times 256 when bit 9 is set; a value has
 * bit 31 set. See {@code Darts::Details::DoubleArrayUnit} of darts-clone.
 */
final class Charsmap {

    static final int NOT_FOUND = -1;

    /** Of one replacement in bytes; the longest of NFKC has 33. A short text must not become an endless one. */
    private static final int LONGEST_REPLACEMENT = 1024;

    private static final int LABEL = 0x8000_00FF;

    private final int[] units;
    private final byte[] replacements;

    private Charsmap(int[] units, byte[] replacements) {
        this.units = units;
        this.replacements = replacements;
    }

    static Charsmap read(FileSection section) {
        String text = section.text();
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw section.bad("is not Base64: " + e.getMessage());
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int size = bytes.length < Integer.BYTES ? -1 : buffer.getInt();
        if (size < Integer.BYTES || size > buffer.remaining())
            throw section.bad("has " + bytes.length + " bytes, of which [" + size + "] are said to be its trie");
        int[] units = new int[size / Integer.BYTES];
        for (int i = 0; i < units.length; i++) units[i] = buffer.getInt();
        byte[] replacements = new byte[buffer.remaining()];
        buffer.get(replacements);
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(replacements));
        } catch (CharacterCodingException e) {
            throw section.bad("holds replacements that are not UTF-8");
        }
        int length = 0;
        for (byte b : replacements) {
            length = b == 0 ? 0 : length + 1;
            if (length > LONGEST_REPLACEMENT)
                throw section.bad("holds a replacement of more than " + LONGEST_REPLACEMENT + " bytes, expected fewer");
        }
        return new Charsmap(units, replacements);
    }

    /** The replacement of the shortest beginning of these chars that has one, or {@link #NOT_FOUND}. */
    int find(char[] chars, int from, int to) {
        int node = childrenOf(0, units[0]);
        int next;
        for (int i = from; i < to; i = next) {
            int c = Character.codePointAt(chars, i, to);
            next = i + Character.charCount(c);
            int bytes = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
            for (int b = 0; b < bytes; b++) {
                int label = utf8(c, b, bytes);
                node ^= label;
                if (label == 0 || node < 0 || node >= units.length || (units[node] & LABEL) != label) return NOT_FOUND;
                int unit = units[node];
                node = childrenOf(node, unit);
                if ((unit & 0x100) != 0) return valueAt(node);
            }
        }
        return NOT_FOUND;
    }

    /** Puts a replacement that was found to a text; returns its length in code points. */
    int put(int found, Rewriting text) {
        int count = 0;
        int next;
        for (int i = found; i < replacements.length && replacements[i] != 0; i = next) {
            int lead = replacements[i] & 0xFF;
            int bytes = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
            int c = bytes == 1 ? lead : lead & 0x7F >> bytes;
            next = Math.min(i + bytes, replacements.length);
            for (int b = i + 1; b < next; b++) c = c << 6 | replacements[b] & 0x3F;
            text.put(c);
            count++;
        }
        return count;
    }

    private int valueAt(int node) {
        int value = node >= 0 && node < units.length ? units[node] & Integer.MAX_VALUE : replacements.length;
        return value < replacements.length ? value : NOT_FOUND; // a damaged file
    }

    private static int childrenOf(int node, int unit) {
        return node ^ unit >>> 10 << ((unit & 0x200) >>> 6);
    }

    private static int utf8(int c, int index, int bytes) {
        if (bytes == 1) return c;
        int bits = c >> 6 * (bytes - 1 - index);
        return index == 0 ? 0xF00 >> bytes & 0xFF | bits : 0x80 | bits & 0x3F;
    }
}
