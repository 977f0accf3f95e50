package io.semanticsearch.embedding.image;

/** How large an image is made, in pixels. */
sealed interface TargetSize {

    /** The sides of an image of these sides after resizing. */
    Sides of(int height, int width);

    /** The same for every image, whatever becomes of its shape. */
    record Sides(int height, int width) implements TargetSize {

        @Override
        public Sides of(int height, int width) {
            return this;
        }
    }

    /** The shorter side is given; the shape of the image stays, except for the fraction of a pixel, which is cut off. */
    record ShortestEdge(int pixels) implements TargetSize {

        @Override
        public Sides of(int height, int width) {
            int longest = (int) ((double) pixels * Math.max(height, width) / Math.min(height, width));
            return width <= height ? new Sides(longest, pixels) : new Sides(pixels, longest);
        }
    }

    /** An image keeps its size. */
    record Unchanged() implements TargetSize {

        @Override
        public Sides of(int height, int width) {
            return new Sides(height, width);
        }
    }
}
