package io.semanticsearch.field;

import io.semanticsearch.field.StoredForm.Label;
import io.semanticsearch.field.StoredVector.Origin;
import java.util.Optional;
import java.util.Random;
import org.opensearch.test.OpenSearchTestCase;

/** The stored form never changes: documents written today are read for ever. */
public class StoredVectorTests extends OpenSearchTestCase {

    private static final String FIXED = "sv1:3f2a9c:m:LPJNul-wow4m6Dsqxbning:AACAPwAAIMAAAAAA";

    public void testTheFormIsFixed() {
        StoredVector vector = new StoredVector("3f2a9c", Origin.MADE, TextHash.of("hello"), new float[]{1, -2.5f, 0});
        assertEquals(FIXED, vector.encode());
        assertEquals(FIXED.replace(":m:", ":b:"),
                new StoredVector("3f2a9c", Origin.BROUGHT, TextHash.of("hello"), new float[]{1, -2.5f, 0}).encode());
    }

    public void testEveryVectorComesBackBitForBit() {
        for (int i = 0; i < 200; i++) {
            float[] vector = new float[randomIntBetween(1, 50)];
            for (int j = 0; j < vector.length; j++) vector[j] = Float.intBitsToFloat(randomInt());
            StoredVector stored = new StoredVector(randomAlphaOfLengthBetween(1, 20), randomFrom(Origin.values()),
                    TextHash.of(randomUnicodeOfLength(20)), vector);
            StoredVector back = StoredVector.decode(stored.encode());
            assertEquals(stored.space(), back.space());
            assertEquals(stored.origin(), back.origin());
            assertEquals(stored.textHash(), back.textHash());
            assertEquals(vector.length, back.vector().length);
            for (int j = 0; j < vector.length; j++) {
                assertEquals(Float.floatToRawIntBits(vector[j]), Float.floatToRawIntBits(back.vector()[j]));
            }
        }
    }

    public void testTheLabelIsReadWithoutTheFloats() {
        assertEquals(Optional.of(new Label("3f2a9c", Origin.MADE, "LPJNul-wow4m6Dsqxbning", Optional.empty())),
                StoredVector.label(FIXED));
        String damagedFloats = FIXED.substring(0, FIXED.length() - 5) + "!";
        assertEquals(Optional.of(new Label("3f2a9c", Origin.MADE, "LPJNul-wow4m6Dsqxbning", Optional.empty())),
                StoredVector.label(damagedFloats));
    }

    public void testOtherValuesHaveNoLabel() {
        for (Object value : new Object[]{null, 1, "", "sv1", "sv1:", "sv1::", "sv1:space", "sv1:space:m",
            "sv1:space:m:short:AAAA",
            "sv1:space:m:LPJNul-wow4m6Dsqxbning", "sv2:3f2a9c:m:LPJNul-wow4m6Dsqxbning:AACAPw==", "a title", "AACAPw=="}) {
            assertEquals("" + value, Optional.empty(), StoredVector.label(value));
        }
        assertFalse(StoredVector.isStored("sv2:3f2a9c:m:LPJNul-wow4m6Dsqxbning:AACAPw=="));
        assertTrue(StoredVector.isStored("sv1:whatever"));
    }

    /** Base64 has no colon, so no brought vector can look like a stored one. */
    public void testBase64IsNeverMistakenForTheStoredForm() {
        for (int i = 0; i < 1_000; i++) {
            float[] vector = new float[randomIntBetween(1, 8)];
            for (int j = 0; j < vector.length; j++) vector[j] = Float.intBitsToFloat(randomInt());
            assertFalse(StoredVector.isStored(VectorBytes.encode(vector)));
        }
    }

    public void testDamagedStringsSayWhatIsExpectedAndWhatToDo() {
        for (String damaged : new String[]{"sv1:", "sv1:::", "sv1:3f2a9c:m:LPJNul-wow4m6Dsqxbning",
            "sv1:3f2a9c:x:LPJNul-wow4m6Dsqxbning:AACAPw==", "sv1::m:LPJNul-wow4m6Dsqxbning:AACAPw==",
            "sv1:3f2a9c:m:LPJNul-wow4m6Dsqxbning:", "sv1:3f2a9c:m:LPJNul-wow4m6Dsqxbning:AACAPw=",
            "sv1:3f2a9c:m:LPJNul-wow4m6Dsqxbning:AACAP", "sv1:3f2a9c:m:LPJNul-wow4m6Dsqxbning:AACA Pw=="}) {
            IllegalArgumentException e = expectThrows(IllegalArgumentException.class, () -> StoredVector.decode(damaged));
            String shown = damaged.length() <= 48 ? damaged : damaged.substring(0, 48) + "…";
            assertEquals("[" + shown + "] is a damaged stored vector; expected sv1:space:origin:hash:base64."
                    + " Leave the field out and it is made anew", e.getMessage());
        }
    }

    public void testWhatEverHappensToAStringOnlyAnIllegalArgumentIsThrown() {
        Random random = new Random(20_260_101);
        String alphabet = "sv1:mb=+/-_ \u0000é😀" + FIXED;
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder(FIXED);
            for (int edits = 1 + random.nextInt(4); edits > 0 && !text.isEmpty(); edits--) {
                int at = random.nextInt(text.length());
                char other = alphabet.charAt(random.nextInt(alphabet.length()));
                switch (random.nextInt(4)) {
                    case 0 -> text.setCharAt(at, other);
                    case 1 -> text.insert(at, other);
                    case 2 -> text.deleteCharAt(at);
                    default -> text.setLength(at);
                }
            }
            String damaged = text.toString();
            StoredVector.label(damaged);
            try {
                StoredVector read = StoredVector.decode(damaged);
                assertEquals(read.space(), StoredVector.label(damaged).orElseThrow().space());
            } catch (IllegalArgumentException e) {
                assertNotNull(e.getMessage());
            }
        }
    }

    public void testWhatCannotBeWrittenIsRefused() {
        String hash = TextHash.of("");
        assertEquals("space [a:b] is not an id", expectThrows(IllegalArgumentException.class,
                () -> new StoredVector("a:b", Origin.MADE, hash, new float[]{1})).getMessage());
        assertEquals("space [] is not an id", expectThrows(IllegalArgumentException.class,
                () -> new StoredVector("", Origin.MADE, hash, new float[]{1})).getMessage());
        assertEquals("text hash [short] has not 22 characters", expectThrows(IllegalArgumentException.class,
                () -> new StoredVector("a", Origin.MADE, "short", new float[]{1})).getMessage());
        assertEquals("a vector needs at least one dimension", expectThrows(IllegalArgumentException.class,
                () -> new StoredVector("a", Origin.MADE, hash, new float[0])).getMessage());
    }
}
