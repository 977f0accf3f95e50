package io.semanticsearch.embedding.image;

import static io.semanticsearch.embedding.image.PngBytes.GREY;
import static io.semanticsearch.embedding.image.PngBytes.GREY_ALPHA;
import static io.semanticsearch.embedding.image.PngBytes.PALETTE;
import static io.semanticsearch.embedding.image.PngBytes.RGB;
import static io.semanticsearch.embedding.image.PngBytes.RGB_ALPHA;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;

/** Colours are those of Pillow's {@code convert("RGB")}. */
class PngFileTest {

    private static final String WHOLE = "; send the whole file as it was made";

    @Test
    void grey_of_few_bits_reaches_from_black_to_white() throws Exception {
        assertEquals("000000 ffffff ffffff", pixels(3, new PngBytes().header(3, 1, 1, GREY).rows("60").end()));
        assertEquals("000000 555555 aaaaaa ffffff", pixels(4, new PngBytes().header(4, 1, 2, GREY).rows("1b").end()));
        assertEquals("000000 777777 ffffff", pixels(3, new PngBytes().header(3, 1, 4, GREY).rows("07f0").end()));
        assertEquals("000000 7f7f7f fefefe", pixels(3, new PngBytes().header(3, 1, 8, GREY).rows("007ffe").end()));
    }

    @Test
    void grey_of_16_bits_is_cut_at_255_and_other_colours_of_16_bits_lose_their_lower_half() throws Exception {
        assertEquals("050505 ffffff ffffff", pixels(3, new PngBytes().header(3, 1, 16, GREY).rows("000501009c40").end()));
        assertEquals("12569a", pixels(1, new PngBytes().header(1, 1, 16, RGB).rows("123456789abc").end()));
        assertEquals("000000 9c9c9c", pixels(2, new PngBytes().header(2, 1, 16, GREY_ALPHA).rows("000501009c400003").end()));
        assertEquals("12569a", pixels(1, new PngBytes().header(1, 1, 16, RGB_ALPHA).rows("123456789abc0000").end()));
    }

    @Test
    void transparency_is_dropped_and_not_blended() throws Exception {
        assertEquals("102030", pixels(1, new PngBytes().header(1, 1, 8, RGB_ALPHA).rows("10203000").end()));
        assertEquals("424242", pixels(1, new PngBytes().header(1, 1, 8, GREY_ALPHA).rows("4200").end()));
        assertEquals("010203 040506",
                pixels(2, new PngBytes().header(2, 1, 8, RGB).chunk("tRNS", hex("000100020003")).rows("010203040506").end()));
        assertEquals("010101 020202",
                pixels(2, new PngBytes().header(2, 1, 8, GREY).chunk("tRNS", hex("0001")).rows("0102").end()));
        assertEquals("0a141e", pixels(1,
                new PngBytes().header(1, 1, 8, PALETTE).chunk("PLTE", hex("0a141e")).chunk("tRNS", hex("00")).rows("00").end()));
    }

    @Test
    void places_after_the_end_of_a_palette_are_black() throws Exception {
        assertEquals("0a141e 28323c 000000 000000",
                pixels(4, new PngBytes().header(4, 1, 8, PALETTE).chunk("PLTE", hex("0a141e28323c")).rows("000102c8").end()));
        assertEquals("28323c 000000",
                pixels(2, new PngBytes().header(2, 1, 2, PALETTE).chunk("PLTE", hex("0a141e28323c")).rows("70").end()));
    }

    @Test
    void gamma_and_profiles_change_nothing() throws Exception {
        assertEquals("808080", pixels(1,
                new PngBytes().header(1, 1, 8, GREY).chunk("gAMA", hex("000186a0")).chunk("iCCP", hex("4100010203")).rows("80")
                        .end()));
    }

    @Test
    void an_interlaced_image_is_the_same_image() throws Exception {
        BufferedImage image = new BufferedImage(37, 21, BufferedImage.TYPE_3BYTE_BGR);
        for (int y = 0; y < 21; y++) {
            for (int x = 0; x < 37; x++) {
                image.setRGB(x, y, PngBytes.level(x, y, 0) << 16 | PngBytes.level(x, y, 1) << 8 | PngBytes.level(x, y, 2));
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            ImageWriteParam interlaced = writer.getDefaultWriteParam();
            interlaced.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
            writer.write(null, new IIOImage(image, null, null), interlaced);
        } finally {
            writer.dispose();
        }
        assertEquals(1, bytes.toByteArray()[28], "the file is interlaced");
        assertArrayEquals(Tensors.levels(37, 21).pixels(PngBytes.pattern(37, 21)),
                Tensors.levels(37, 21).pixels(bytes.toByteArray()));
    }

    @Test
    void every_truncation_is_told() {
        byte[] good = PngBytes.pattern(5, 4);
        for (int length = 8; length < good.length; length++) {
            assertRefused("the PNG image ends in the middle, after [" + length + "] bytes" + WHOLE, Arrays.copyOf(good, length));
        }
    }

    @Test
    void every_changed_byte_of_the_pixels_is_told() {
        byte[] good = PngBytes.pattern(5, 4);
        int data = 8 + 25;
        for (int at = data + 8; at < good.length - 12; at++) {
            byte[] bad = good.clone();
            bad[at]++;
            assertRefused("the PNG image is damaged in the chunk [IDAT] at byte [33]: its check sum is wrong" + WHOLE, bad);
        }
    }

    @Test
    void a_size_is_checked_before_anything_is_decoded() {
        String sizes = " pixels, expected sides of 1 to [65535] and at most [64000000] pixels; send it smaller";
        assertRefused("the image has [8001] x [8000]" + sizes, new PngBytes().header(8001, 8000, 8, RGB).end());
        assertRefused("the image has [65536] x [1]" + sizes, new PngBytes().header(65536, 1, 8, RGB).end());
        assertRefused("the image has [4294967295] x [4294967295]" + sizes, new PngBytes().header(-1, -1, 8, RGB).end());
        assertRefused("the image has [0] x [7]" + sizes, new PngBytes().header(0, 7, 8, RGB).end());
    }

    @Test
    void chunks_in_a_wrong_order_are_told() {
        assertRefused("the PNG image has the chunk [IDAT] at byte [8], expected [IHDR] first and only there" + WHOLE,
                new PngBytes().rows("00").end());
        assertRefused("the PNG image has the chunk [IHDR] at byte [33], expected [IHDR] first and only there" + WHOLE,
                new PngBytes().header(1, 1, 8, GREY).header(30000, 30000, 8, GREY).end());
        assertRefused("the PNG image has a chunk [IHDR] of [2] bytes, expected [13]" + WHOLE,
                new PngBytes().chunk("IHDR", new byte[2]).end());
    }

    @Test
    void what_the_decoder_says_is_told() {
        assertRefused("the image cannot be decoded as [png]: [Bit depth must be 1, 2, 4, 8, or 16!]" + WHOLE,
                new PngBytes().header(2, 2, 3, RGB).rows("00", "00").end());
        assertRefused("the image cannot be decoded as [png]: [Required PLTE chunk missing]" + WHOLE,
                new PngBytes().header(1, 1, 8, PALETTE).rows("00").end());
    }

    private static String pixels(int width, byte[] file) throws UnusableImageException {
        return Tensors.pixels(Tensors.levels(width, 1).pixels(file));
    }

    private static void assertRefused(String message, byte[] file) {
        assertEquals(message, assertThrows(UnusableImageException.class, () -> Tensors.levels(1, 1).pixels(file)).getMessage());
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
