package io.semanticsearch.field;

import java.util.Base64;
import java.util.HexFormat;
import org.opensearch.test.OpenSearchTestCase;

/** The exchange form of vectors: base64 of little-endian float32. Values computed outside of Java. */
public class VectorBytesTests extends OpenSearchTestCase {

    private static final float[] VECTOR = {1, -0f, Float.MAX_VALUE, Float.MIN_VALUE};
    private static final String BASE64 = "AACAPwAAAID//39/AQAAAA==";

    public void testTheBytesAreLittleEndian() {
        assertEquals("0000803f00000080ffff7f7f01000000",
                HexFormat.of().formatHex(Base64.getDecoder().decode(VectorBytes.encode(VECTOR))));
        assertEquals(BASE64, VectorBytes.encode(VECTOR));
    }

    public void testTheBytesAreRead() {
        assertArrayEquals(VECTOR, VectorBytes.decode(BASE64), 0);
        assertEquals(Float.floatToRawIntBits(-0f), Float.floatToRawIntBits(VectorBytes.decode(BASE64)[1]));
        assertArrayEquals("padding may be left out", VECTOR, VectorBytes.decode(BASE64.replace("=", "")), 0);
    }

    public void testWhatIsNoBase64IsNamedAText() {
        assertEquals(
                "a text stands where a vector belongs: [a title]; expected an array of numbers or base64 of little-endian float32",
                expectThrows(IllegalArgumentException.class, () -> VectorBytes.decode("a title")).getMessage());
    }

    public void testBytesThatAreNoWholeFloatsAreCounted() {
        assertEquals("a base64 vector of [5] bytes is no whole number of floats; expected base64 of little-endian float32",
                expectThrows(IllegalArgumentException.class, () -> VectorBytes.decode("AACAPwA=")).getMessage());
    }
}
