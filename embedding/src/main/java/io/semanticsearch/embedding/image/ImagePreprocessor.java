package io.semanticsearch.embedding.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.semanticsearch.embedding.EmbeddingException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Makes of the bytes of a PNG or JPEG file the numbers that an image encoder takes, as the image processors of Hugging Face's transformers
 * compute them with Pillow: for a PNG to the last bit. An image's orientation tag, its colour profile and its transparency change nothing.
 * Immutable; for any number of threads, each of which needs memory for the decoded image, four bytes a pixel at most where samples have 8
 * bits.
 */
public final class ImagePreprocessor {

    /** The most bytes that an image file may have. */
    public static final int MAX_BYTES = ImageFile.MAX_BYTES;

    /** The most pixels that an image may have. */
    public static final long MAX_PIXELS = ImageFile.MAX_PIXELS;

    private static final int MAX_CONFIG_BYTES = 1 << 20;
    private static final int COLOURS = 3;
    private static final ObjectReader JSON = new ObjectMapper().reader();
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

    private final PreprocessorConfig config;
    private final TargetSize.Sides sides;
    private final float[][] levels;

    private ImagePreprocessor(PreprocessorConfig config) {
        this.config = config;
        this.sides = config.sides();
        this.levels = config.normalization().levels();
    }

    /**
     * Reads the content of a [preprocessor_config.json]; the caller closes the stream.
     *
     * @throws EmbeddingException.BadRequest when the file asks for what this class cannot do, naming it
     * @throws EmbeddingException.BrokenModel when the file cannot be read
     */
    public static ImagePreprocessor read(InputStream preprocessorConfig) {
        try {
            byte[] bytes = preprocessorConfig.readNBytes(MAX_CONFIG_BYTES + 1);
            if (bytes.length > MAX_CONFIG_BYTES) {
                throw broken("has more than [" + MAX_CONFIG_BYTES + "] bytes, expected a small file", null);
            }
            JsonNode json = JSON.readTree(bytes);
            return new ImagePreprocessor(PreprocessorConfig.read(json));
        } catch (JsonProcessingException e) {
            throw broken("is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw broken("cannot be read: " + e.getMessage(), e);
        }
    }

    /** Columns of the tensor. */
    public int width() {
        return sides.width();
    }

    /** Rows of the tensor. */
    public int height() {
        return sides.height();
    }

    /**
     * The tensor of one image: float32 [3, height, width], red, green and blue.
     *
     * @param image the bytes of a PNG or JPEG file
     * @throws UnusableImageException when this image alone is at fault
     * @throws EmbeddingException.Overloaded when there is no memory to decode it now
     */
    public float[] pixels(byte[] image) throws UnusableImageException {
        float[] pixels = new float[COLOURS * sides.height() * sides.width()];
        pixels(image, MemorySegment.ofArray(pixels));
        return pixels;
    }

    /**
     * Writes the tensor of one image.
     *
     * @param image the bytes of a PNG or JPEG file
     * @param target float32 [3, height, width] in the byte order of this machine, red, green and blue; unchanged when this throws
     * @throws UnusableImageException when this image alone is at fault
     * @throws EmbeddingException.Overloaded when there is no memory to decode it now
     */
    public void pixels(byte[] image, MemorySegment target) throws UnusableImageException {
        int plane = sides.height() * sides.width();
        long expected = COLOURS * plane * FLOAT.byteSize();
        if (target.byteSize() != expected) {
            throw new IllegalArgumentException("the target has [" + target.byteSize() + "] bytes, expected [" + expected + "]");
        }
        byte[] rgb = resized(DecodedImage.of(ImageFile.of(image)));
        for (int colour = 0; colour < COLOURS; colour++) {
            for (int pixel = 0; pixel < plane; pixel++) {
                int level = rgb[pixel * COLOURS + colour] & 0xff;
                target.setAtIndex(FLOAT, (long) colour * plane + pixel, levels[colour][level]);
            }
        }
    }

    /** The resized and cropped image: {@code uint8 [height, width, 3]}. */
    private byte[] resized(PixelRows image) {
        TargetSize.Sides whole = config.size().of(image.height(), image.width());
        Window window = Window.middle(whole.height(), whole.width(), sides.height(), sides.width());
        return new Resize(config.resampling(), whole.height(), whole.width(), window).apply(image);
    }

    private static EmbeddingException.BrokenModel broken(String what, Exception cause) {
        return new EmbeddingException.BrokenModel("[preprocessor_config.json] " + what, cause);
    }
}
