package io.semanticsearch.embedding.image;

import java.awt.image.DataBuffer;
import java.awt.image.Raster;

/** The pixels of a decoded image, whose samples have up to 16 bits. */
final class SampleRows implements PixelRows {

    private final Raster raster;
    private final PixelColours colours;
    private final boolean clips;
    private final byte[] samples;
    private final short[] wideSamples;

    /** @param clips whether of a sample of 16 bits everything above 255 becomes 255; otherwise its lower 8 bits are cut off */
    SampleRows(Raster raster, PixelColours colours, boolean clips) {
        this.raster = raster;
        this.colours = colours;
        this.clips = clips;
        this.samples = new byte[raster.getWidth() * raster.getNumBands()];
        this.wideSamples = new short[raster.getTransferType() == DataBuffer.TYPE_USHORT ? samples.length : 0];
    }

    @Override
    public int width() {
        return raster.getWidth();
    }

    @Override
    public int height() {
        return raster.getHeight();
    }

    @Override
    public void read(int y, byte[] row) {
        if (wideSamples.length == 0 && raster.getNumBands() == 3) {
            // These are the colours already, as in most images.
            raster.getDataElements(0, y, raster.getWidth(), 1, row);
            return;
        }
        if (wideSamples.length == 0) {
            raster.getDataElements(0, y, raster.getWidth(), 1, samples);
        } else {
            raster.getDataElements(0, y, raster.getWidth(), 1, wideSamples);
            for (int i = 0; i < samples.length; i++) {
                int sample = wideSamples[i] & 0xffff;
                samples[i] = (byte) (clips ? Math.min(sample, 255) : sample >> Byte.SIZE);
            }
        }
        colours.write(samples, row);
    }
}
