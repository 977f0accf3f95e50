package io.semanticsearch.field;

import io.semanticsearch.field.SourceText.Place;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.xcontent.MediaType;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.test.OpenSearchTestCase;

/**
 * The processor reads a document from a map in which scripts leave what they like; the mapper reads the same document from bytes. Both
 * must see the same text, else the vector is refused.
 */
public class SourceTextAgreementTests extends OpenSearchTestCase {

    private static final List<String> KEYS = List.of("a", "b", "c", "t", "a.b", "b.c", "a.t", "a.b.t", "a.b.c", "x");
    private static final List<String> TARGETS = List.of("m", "a.m", "a.b.m");
    private static final List<String> SOURCES = List.of("t", "a.t", "a.b.t", "a.c", "b", "c", "b.c", "a.b.c", "x");

    public void testTheTextOfAMapIsTheTextOfItsBytes() throws IOException {
        for (int i = 0; i < 3_000; i++) {
            Map<String, Object> document = object(3);
            SourceText sourceText = new SourceText(randomFrom(TARGETS), randomSubsetOf(randomIntBetween(1, 4), SOURCES));
            for (XContentType type : List.of(XContentType.JSON, XContentType.CBOR, XContentType.SMILE, XContentType.YAML)) {
                Map<String, Object> read = read(type, document);
                assertEquals(type + " " + read, texts(sourceText, document), texts(sourceText, read));
            }
        }
    }

    public void testEveryVectorThatIsPutIsFoundBesideItsText() throws IOException {
        for (int i = 0; i < 3_000; i++) {
            Map<String, Object> document = object(3);
            SourceText sourceText = new SourceText(randomFrom(TARGETS), randomSubsetOf(randomIntBetween(1, 4), SOURCES));
            List<String> texts = texts(sourceText, document);
            List<Place> places = sourceText.places(document);
            for (int p = 0; p < places.size(); p++) places.get(p).put("vector of " + texts.get(p));
            Map<String, Object> read = read(XContentType.JSON, document);
            List<Place> found = sourceText.places(read);
            assertEquals("" + read, texts, found.stream().map(Place::text).toList());
            for (Place place : found) assertEquals(Optional.of("vector of " + place.text()), place.value());
        }
    }

    private static List<String> texts(SourceText sourceText, Map<String, Object> document) {
        return sourceText.places(document).stream().map(Place::text).toList();
    }

    private static Map<String, Object> read(XContentType type, Map<String, Object> document) throws IOException {
        try (XContentBuilder bytes = XContentBuilder.builder(type.xContent())) {
            return XContentHelper.convertToMap(BytesReference.bytes(bytes.map(document)), randomBoolean(), (MediaType) type).v2();
        }
    }

    private static Map<String, Object> object(int depth) {
        Map<String, Object> object = randomBoolean() ? new LinkedHashMap<>() : new HashMap<>(randomFrom(1, 16, 1_024));
        for (String key : randomSubsetOf(randomIntBetween(0, 6), KEYS)) {
            if (randomBoolean()) object.remove(randomFrom(KEYS));
            object.put(key, value(depth - 1));
        }
        return object;
    }

    private static Object value(int depth) {
        int kind = randomInt(depth > 0 ? 9 : 4);
        if (kind >= 7) return object(depth);
        if (kind >= 5) {
            List<Object> list = new ArrayList<>();
            for (int i = randomInt(3); i > 0; i--) list.add(value(depth - 1));
            return list;
        }
        return kind == 4 ? ofAScript() : ofADocument();
    }

    private static Object ofADocument() {
        return switch (randomInt(7)) {
            case 0 -> null;
            case 1 -> randomFrom("", " ", "\t", "a\nb", " padded ", "\"quoted\\");
            case 2 -> randomUnicodeOfCodepointLengthBetween(0, 12);
            case 3 -> randomBoolean();
            case 4 -> randomBoolean() ? (Object) randomInt() : (Object) randomLong();
            case 5 -> randomDouble() * Math.pow(10, randomIntBetween(-20, 20));
            default -> randomAlphaOfLength(5);
        };
    }

    private static Object ofAScript() {
        Instant time = Instant.ofEpochMilli(randomLongBetween(0, 4_000_000_000_000L));
        return switch (randomInt(16)) {
            case 0 -> randomFloat() * (float) Math.pow(10, randomIntBetween(-20, 20));
            case 1 -> randomByte();
            case 2 -> randomShort();
            case 3 -> BigInteger.valueOf(randomLong()).multiply(BigInteger.valueOf(randomLong()));
            case 4 -> new BigDecimal(BigInteger.valueOf(randomLong()), randomIntBetween(-30, 30));
            case 5 -> randomFrom(Double.NaN, Double.POSITIVE_INFINITY, -0d, 1e22, 1e-5, Double.MIN_VALUE, Double.MAX_VALUE);
            case 6 -> randomFrom(Float.NaN, Float.NEGATIVE_INFINITY, -0f, 1e10f, Float.MIN_VALUE, Float.MAX_VALUE);
            case 7 -> ZonedDateTime.ofInstant(time, randomFrom(ZoneOffset.UTC, ZoneOffset.ofHours(5)));
            case 8 -> time.plusNanos(randomInt(999_999_999));
            case 9 -> Date.from(time);
            case 10 -> LocalDate.ofInstant(time, ZoneOffset.UTC);
            case 11 -> LocalDateTime.ofInstant(time, ZoneOffset.UTC);
            case 12 -> new byte[]{randomByte(), randomByte()};
            case 13 -> new long[]{randomLong(), 7};
            case 14 -> new double[]{randomDouble(), 1};
            case 15 -> new LinkedHashSet<>(List.of(randomAlphaOfLength(3), time, 2.5f));
            default -> randomFrom(XContentType.values());
        };
    }
}
