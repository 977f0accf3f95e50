package io.semanticsearch.embedding.image;

import io.semanticsearch.embedding.EmbeddingException;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes image files by the readers of the Java runtime, in memory. Samples are taken as they are stored: no colour profile, no gamma and
 * no orientation is applied, as Pillow applies none.
 */
final class DecodedImage {

    private DecodedImage() {}

    /** Decodes a file; {@link EmbeddingException.Overloaded} when there is no memory for it now. */
    static PixelRows of(ImageFile file) throws UnusableImageException {
        ImageReader reader = reader(file.format());
        // Not a stream that ImageIO makes: that would write the image to a temporary file.
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file.pixelData()))) {
            reader.setInput(in, true, true);
            return switch (file) {
                case PngFile png -> png(reader.read(0), png.paletteColours());
                case JpegFile jpeg -> jpeg(reader, jpeg.components());
            };
        } catch (IOException | RuntimeException e) {
            throw new UnusableImageException("the image cannot be decoded as [" + file.format() + "]: [" + reason(e)
                    + "]; send the whole file as it was made", e);
        } catch (OutOfMemoryError e) {
            throw new EmbeddingException.Overloaded("there is no memory now to decode an image of [" + file.width() + "] x ["
                    + file.height() + "] pixels; try again later, or send it smaller");
        } finally {
            reader.dispose();
        }
    }

    private static PixelRows png(BufferedImage image, int paletteColours) {
        Raster raster = image.getRaster();
        int bands = raster.getNumBands();
        int bits = raster.getSampleModel().getSampleSize(0);
        if (paletteColours > 0 && image.getColorModel() instanceof IndexColorModel palette) {
            return new SampleRows(raster, PixelColours.palette(palette, paletteColours), false);
        }
        if (bands >= 3) return new SampleRows(raster, PixelColours.rgb(bands), false);
        int white = (1 << Math.min(bits, Byte.SIZE)) - 1;
        // Pillow reads grey of 16 bits as numbers and not as shares of white, unless there is transparency.
        return new SampleRows(raster, PixelColours.grey(bands, white), bands == 1);
    }

    private static PixelRows jpeg(ImageReader reader, JpegFile.Components components) throws IOException {
        return switch (components) {
            case GREY -> new SampleRows(reader.read(0).getRaster(), PixelColours.grey(1, 255), false);
            case YCC, RGB -> new SampleRows(reader.read(0).getRaster(), PixelColours.rgb(3), false);
            case CMYK -> new SampleRows(reader.readRaster(0, null), PixelColours.cmyk(), false);
            case YCCK -> new SampleRows(reader.readRaster(0, null), PixelColours.ycck(), false);
        };
    }

    /** The reader of the Java runtime itself: another one on the class path might decode other colours. */
    private static ImageReader reader(String format) {
        try {
            for (Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format); readers.hasNext();) {
                ImageReader reader = readers.next();
                if (reader.getClass().getModule() == ImageReader.class.getModule()) return reader;
            }
        } catch (LinkageError e) {
            throw noReader(format, e);
        }
        throw noReader(format, null);
    }

    /** Readers wrap what they found in exceptions that only say what they were doing. */
    private static String reason(Throwable failure) {
        Throwable first = failure;
        while (first.getCause() != null) {
            first = first.getCause();
        }
        return first.getMessage() == null ? first.toString() : first.getMessage();
    }

    private static EmbeddingException.Unavailable noReader(String format, Throwable cause) {
        return new EmbeddingException.Unavailable("this Java runtime has no decoder of [" + format
                + "] images, expected one in its module [" + ImageReader.class.getModule().getName()
                + "]; run the node on a full JDK", cause);
    }
}
