package io.semanticsearch.field;

import io.semanticsearch.field.StoredForm.Label;
import io.semanticsearch.field.StoredPassages.Passage;
import io.semanticsearch.field.StoredVector.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.opensearch.test.OpenSearchTestCase;

/** The stored form never changes: documents written today are read for ever. */
public class StoredPassagesTests extends OpenSearchTestCase {

    private static final String HASH = TextHash.of("hello");
    private static final String FIXED = "sp1:3f2a9c:200-30:LPJNul-wow4m6Dsqxbning:2:"
            + "AAAAAAUAAAAs8k26X7CjDiboOyrFueKeAACAPwAAIMADAAAACQAAACzyTbpfsKMOJug7KsW54p4AAAAAAAAAAA==";

    private static StoredPassages passages(float... first) {
        return new StoredPassages("3f2a9c", new PassageRule(200, 30), HASH,
                List.of(new Passage(0, 5, HASH, first), new Passage(3, 9, HASH, new float[first.length])));
    }

    public void testTheFormIsFixed() {
        assertEquals(FIXED, passages(1, -2.5f).encode());
        assertEquals(Optional.of(new Label("3f2a9c", Origin.MADE, HASH, Optional.of(new PassageRule(200, 30)))),
                StoredForm.labelOf(FIXED));
        assertTrue(StoredForm.isStored(FIXED));
        assertFalse(StoredVector.isStored(FIXED));
    }

    public void testEveryPassageComesBackBitForBit() {
        for (int round = 0; round < 100; round++) {
            int dimension = randomIntBetween(1, 20);
            List<Passage> made = new ArrayList<>();
            int start = randomIntBetween(0, 5);
            for (int i = randomIntBetween(1, 30); i > 0; i--) {
                float[] vector = new float[dimension];
                for (int d = 0; d < dimension; d++) vector[d] = Float.intBitsToFloat(randomInt());
                made.add(new Passage(start, start + randomIntBetween(1, 1000), TextHash.of(randomUnicodeOfLength(9)), vector));
                start += randomIntBetween(1, 1000);
            }
            int max = randomIntBetween(8, 8192);
            PassageRule rule = new PassageRule(max, randomIntBetween(0, max / 2));
            StoredPassages stored = new StoredPassages(randomAlphaOfLengthBetween(1, 40), rule, HASH, made);
            StoredPassages back = (StoredPassages) StoredForm.decode(stored.encode());
            assertEquals(stored.encode(), back.encode());
            assertEquals(stored.label(), back.label());
            for (int i = 0; i < made.size(); i++) {
                assertEquals(made.get(i).start(), back.passages().get(i).start());
                assertEquals(made.get(i).end(), back.passages().get(i).end());
                assertEquals(made.get(i).hash(), back.passages().get(i).hash());
                for (int d = 0; d < dimension; d++) {
                    assertEquals(Float.floatToRawIntBits(made.get(i).vector()[d]),
                            Float.floatToRawIntBits(back.passages().get(i).vector()[d]));
                }
            }
        }
    }

    public void testDamagedOnesAreRefusedInOneSentence() {
        for (String damaged : List.of("sp1:", "sp1:a:b", FIXED.substring(0, 40), FIXED.substring(0, FIXED.length() - 4),
                FIXED + "AAAA",
                FIXED.replace(":2:", ":3:"), FIXED.replace(":2:", ":0:"), FIXED.replace("200-30", "7-0"),
                FIXED.replace("200-30", "20-30"),
                FIXED.replace("AAAA", "!!!!"), FIXED.replace(":2:", ":99999:"))) {
            IllegalArgumentException e = expectThrows(IllegalArgumentException.class, () -> StoredForm.decode(damaged));
            assertTrue(e.getMessage(), e.getMessage().contains("are damaged stored passages; expected sp1:"));
        }
        assertEquals(Optional.empty(), StoredForm.labelOf("sp1:a:7-0:" + HASH + ":2:AAAA"));
    }

    public void testPassagesThatMakeNoSenseCannotBeMade() {
        expectThrows(IllegalArgumentException.class, () -> new StoredPassages("s", new PassageRule(8, 0), HASH, List.of()));
        expectThrows(IllegalArgumentException.class, () -> new Passage(3, 3, HASH, new float[1]));
        Passage one = new Passage(0, 3, HASH, new float[1]);
        expectThrows(IllegalArgumentException.class,
                () -> new StoredPassages("s", new PassageRule(8, 0), HASH, List.of(one, one)));
        expectThrows(IllegalArgumentException.class, () -> new StoredPassages("s", new PassageRule(8, 0), HASH,
                List.of(one, new Passage(1, 2, HASH, new float[2]))));
    }

    public void testWhatFitsAField() {
        Optional<PassageRule> rule = Optional.of(new PassageRule(200, 30));
        Label made = passages(1, 2).label();
        assertTrue(made.fits("3f2a9c", rule));
        assertFalse(made.fits("other", rule));
        assertFalse(made.fits("3f2a9c", Optional.of(new PassageRule(100, 30))));
        assertFalse(made.fits("3f2a9c", Optional.empty()));
        Label brought = new StoredVector("3f2a9c", Origin.BROUGHT, HASH, new float[1]).label();
        assertTrue(brought.fits("3f2a9c", rule));
        assertTrue(brought.fits("3f2a9c", Optional.empty()));
        assertFalse(new StoredVector("3f2a9c", Origin.MADE, HASH, new float[1]).label().fits("3f2a9c", rule));
    }
}
