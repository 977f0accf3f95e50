package io.semanticsearch.embedding.image;

/** Resizes an image as Pillow does, computing only the pixels of a window. */
final class Resize {

    /** Pillow shrinks an image top to bottom first when it is more than so many times as high as wide; results differ by the order. */
    private static final int TALL = 100;

    private final Resampling filter;
    private final int height;
    private final int width;
    private final Window window;
    // The part of the window that lies on the resized image.
    private final int top;
    private final int left;
    private final int rows;
    private final int columns;

    /**
     * @param height of the whole resized image, in pixels
     * @param width of the whole resized image, in pixels
     * @param window the part of it that is wanted
     */
    Resize(Resampling filter, int height, int width, Window window) {
        this.filter = filter;
        this.height = height;
        this.width = width;
        this.window = window;
        this.top = Math.max(window.top(), 0);
        this.left = Math.max(window.left(), 0);
        this.rows = Math.min(window.top() + window.height(), height) - top;
        this.columns = Math.min(window.left() + window.width(), width) - left;
    }

    /** The window of the resized image: {@code uint8 [height, width, 3]}. */
    byte[] apply(PixelRows image) {
        byte[] pixels = new byte[window.height() * window.width() * 3];
        if (filter == Resampling.NEAREST) {
            nearest(image, pixels);
        } else {
            weighted(image, pixels);
        }
        return pixels;
    }

    private void weighted(PixelRows image, byte[] pixels) {
        AxisWeights vertical = new AxisWeights(filter, image.height(), height, top, rows);
        AxisWeights horizontal = new AxisWeights(filter, image.width(), width, left, columns);
        boolean verticalFirst = image.height() > (long) TALL * image.width() && height < image.height();
        byte[] row = new byte[image.width() * 3];
        byte[] resizedRow = new byte[columns * 3];
        RowSums sums = verticalFirst
                ? new RowSums(vertical, row.length, (i, sum) -> horizontal.resize(sum, pixels, offset(i)))
                : new RowSums(vertical, resizedRow.length,
                        (i, sum) -> System.arraycopy(sum, 0, pixels, offset(i), sum.length));
        for (int y = vertical.first(0); y < vertical.end(rows - 1); y++) {
            image.read(y, row);
            if (verticalFirst) {
                sums.add(y, row);
            } else {
                horizontal.resize(row, resizedRow, 0);
                sums.add(y, resizedRow);
            }
        }
    }

    private void nearest(PixelRows image, byte[] pixels) {
        int[] y = positions(image.height(), height, top, rows);
        int[] x = positions(image.width(), width, left, columns);
        byte[] row = new byte[image.width() * 3];
        for (int i = 0; i < rows; i++) {
            image.read(y[i], row);
            for (int j = 0; j < columns; j++) {
                System.arraycopy(row, x[j] * 3, pixels, offset(i) + j * 3, 3);
            }
        }
    }

    private static int[] positions(int size, int resized, int from, int wanted) {
        int[] positions = new int[wanted];
        double scale = (double) size / resized;
        double centre = scale * 0.5;
        // Added up and not multiplied, because Pillow does so, and the rounding errors decide where a centre lies between two pixels.
        for (int i = 0; i < from + wanted; i++) {
            if (i >= from) positions[i - from] = Math.min((int) centre, size - 1);
            centre += scale;
        }
        return positions;
    }

    /** Where the row {@code i} of those computed begins in the window. */
    private int offset(int i) {
        return ((top - window.top() + i) * window.width() + left - window.left()) * 3;
    }
}
