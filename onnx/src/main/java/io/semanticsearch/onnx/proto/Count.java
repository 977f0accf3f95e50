package io.semanticsearch.onnx.proto;

import java.io.IOException;

/** Counts what a file makes its reader keep. A few bytes a part could otherwise fill the memory. */
public final class Count {

    /** Far above any encoder: the largest exports have some ten thousand. */
    public static final int MAX_PARTS = 250_000;

    /** No name is longer. */
    static final int MAX_TEXT_BYTES = 1 << 12;

    private static final long MAX_ALL_TEXT_BYTES = 32L << 20;

    private int parts;
    private long textBytes;

    void part() throws IOException {
        if (++parts > MAX_PARTS) throw new IOException("it has more than [" + MAX_PARTS + "] parts");
    }

    void text(long bytes) throws IOException {
        part();
        if (bytes > MAX_TEXT_BYTES)
            throw new IOException("a name has [" + bytes + "] bytes, expected at most [" + MAX_TEXT_BYTES + "]");
        textBytes += bytes;
        if (textBytes > MAX_ALL_TEXT_BYTES) throw new IOException("its names have more than [" + MAX_ALL_TEXT_BYTES + "] bytes");
    }
}
