package io.semanticsearch.embedding.image;

/** The pixels of an image, a row at a time. Not for several threads at once. */
interface PixelRows {

    int width();

    int height();

    /** Writes a row as RGB: {@code uint8 [width, 3]}. */
    void read(int y, byte[] row);
}
