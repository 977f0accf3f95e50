package io.semanticsearch.embedding.image;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/**
 * A JPEG file: ITU-T T.81, https://www.w3.org/Graphics/JPEG/itu-t81.pdf. Application segments and comments are left out. What its
 * components are is decided here, by the rules of libjpeg, and told to the decoder in a segment that every decoder understands.
 */
record JpegFile(int width, int height, Components components, byte[] pixelData) implements ImageFile {

    /** What the components of a pixel are. */
    enum Components {

        GREY(""),
        /** Luma and two differences of colour, announced by a JFIF segment. */
        YCC("FFE000104A46494600010100000100010000"),
        /** Announced by a segment of Adobe's, as the next two. */
        RGB("FFEE000E41646F626500640000000000"),
        /** Four inks, stored as 255 less the ink. */
        CMYK("FFEE000E41646F626500640000000000"),
        /** The same, the first three of them as YCC. */
        YCCK("FFEE000E41646F626500640000000002");

        private final byte[] segment;

        Components(String segment) {
            this.segment = HexFormat.of().parseHex(segment);
        }
    }

    @Override
    public String format() {
        return "jpeg";
    }

    static JpegFile of(byte[] file) throws UnusableImageException {
        JpegSegments segments = JpegSegments.read(file);
        JpegFrame frame = segments.frame();
        Components components = components(segments);
        ByteArrayOutputStream pixelData = new ByteArrayOutputStream(components.segment.length + file.length);
        pixelData.write(file, 0, Short.BYTES);
        pixelData.writeBytes(components.segment);
        segments.kept().forEach(range -> pixelData.write(file, range.from(), range.to() - range.from()));
        return new JpegFile(frame.width(), frame.height(), components, pixelData.toByteArray());
    }

    private static Components components(JpegSegments segments) {
        int transform = segments.adobeTransform();
        return switch (segments.frame().components().length()) {
            case 1 -> Components.GREY;
            case 3 -> {
                if (segments.jfif()) yield Components.YCC;
                boolean rgb = transform == JpegSegments.NO_ADOBE ? segments.frame().components().equals("RGB") : transform == 0;
                yield rgb ? Components.RGB : Components.YCC;
            }
            default -> transform == JpegSegments.NO_ADOBE || transform == 0 ? Components.CMYK : Components.YCCK;
        };
    }
}
