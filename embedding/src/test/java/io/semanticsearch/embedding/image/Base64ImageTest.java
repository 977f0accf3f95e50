package io.semanticsearch.embedding.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class Base64ImageTest {

    private static final byte[] FILE = PngBytes.pattern(40, 30);
    private static final String TEXT = Base64.getEncoder().encodeToString(FILE);

    @Test
    void the_file_comes_back_alone_in_a_url_and_in_lines() {
        for (String text : List.of(TEXT, "data:image/png;base64," + TEXT, "DATA:image/png;charset=x;BASE64," + TEXT,
                Base64.getMimeEncoder().encodeToString(FILE), TEXT.replaceAll("=*$", ""), TEXT + "\n")) {
            assertArrayEquals(FILE, Base64Image.decode(text));
        }
        assertEquals(0, Base64Image.decode("").length);
    }

    @Test
    void what_is_no_base64_is_refused() {
        assertTrue(refused("no picture").startsWith("the image is no base64: [no picture], "));
        // Two files side by side are not one.
        assertTrue(refused(TEXT + " " + TEXT).contains("…], "));
        assertEquals(
                "the image is the URL [data:image/svg+xml,%3Csvg%3E], expected one that begins like [data:image/png;base64,];"
                        + " send the file in base64",
                refused("data:image/svg+xml,%3Csvg%3E"));
        assertTrue(refused("A".repeat(40 << 20)).contains("[41943040] characters"));
    }

    @Test
    void the_largest_file_that_is_taken_fits() {
        byte[] file = new byte[ImagePreprocessor.MAX_BYTES];
        assertEquals(file.length, Base64Image.decode(Base64.getMimeEncoder().encodeToString(file)).length);
    }

    private static String refused(String text) {
        return assertThrows(IllegalArgumentException.class, () -> Base64Image.decode(text)).getMessage();
    }
}
