package io.semanticsearch.embedding.image;

/**
 * The part of a resized image that becomes the model's input. Where it reaches over the image's edges, there is black.
 *
 * @param top the row of the resized image that is its first; may be negative
 * @param left the column of the resized image that is its first; may be negative
 */
record Window(int top, int left, int height, int width) {

    Window {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException("the window is [" + height + "] x [" + width + "], expected sides of 1 or more");
        }
    }

    /** The middle of an image; where sides differ by an odd number, the smaller part is above and left. */
    static Window middle(int imageHeight, int imageWidth, int height, int width) {
        return new Window(Math.floorDiv(imageHeight - height, 2), Math.floorDiv(imageWidth - width, 2), height, width);
    }
}
