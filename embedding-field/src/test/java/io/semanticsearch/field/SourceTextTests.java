package io.semanticsearch.field;

import io.semanticsearch.field.SourceText.Place;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.test.OpenSearchTestCase;

/** What text the source fields of a document make. */
public class SourceTextTests extends OpenSearchTestCase {

    private static Map<String, Object> json(String json) {
        return XContentHelper.convertToMap(MediaTypeRegistry.JSON.xContent(), json, false);
    }

    private static Place only(Map<String, Object> document, String... sources) {
        List<Place> places = new SourceText("meaning", List.of(sources)).places(document);
        assertEquals(1, places.size());
        return places.getFirst();
    }

    private static String text(String document, String... sources) {
        return only(json(document), sources).text();
    }

    /** The text of a document in which a script left this value. */
    private static String textOf(Object value) {
        Map<String, Object> document = new HashMap<>();
        document.put("title", value);
        return only(document, "title").text();
    }

    public void testSourcesAreJoinedInMappingOrderByOneSpace() {
        String document = """
                {"body": "with glue", "other": "not this", "title": "mending a tyre"}""";
        assertEquals("mending a tyre with glue", text(document, "title", "body"));
        assertEquals("with glue mending a tyre", text(document, "body", "title"));
        assertEquals("", text(document));
    }

    public void testBlankAndMissingSourcesAreLeftOut() {
        assertEquals("a b", text("""
                {"x1": "a", "x2": "", "x3": null, "x4": " \\t\\n", "x5": [], "x6": {}, "x8": "b"}""",
                "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8"));
        assertEquals("", text("{}", "title", "body"));
    }

    public void testAPartIsTakenAsItStands() {
        assertEquals(" a \n b ", text("{\"x\": \" a \\n\", \"y\": \"b \"}", "x", "y"));
    }

    public void testEveryValueOfAnArrayIsTaken() {
        assertEquals("red green blue", text("""
                {"tags": ["red", ["green", null, ""], "blue"]}""", "tags"));
    }

    public void testNumbersAndBooleansAreText() {
        assertEquals("1984 2.5 1.0E10 -7 true false 123456789012345678901234567890", text("""
                {"x": [1984, 2.5, 1e10, -7, true, false, 123456789012345678901234567890]}""", "x"));
    }

    public void testAnObjectGivesItsValuesInTheOrderOfTheirNames() {
        assertEquals("1 2 3", text("{\"x\": {\"c\": 3, \"a\": 1, \"b\": 2}}", "x"));
        Map<String, Object> wide = new HashMap<>(4_096);
        Map<String, Object> narrow = new HashMap<>(2);
        for (int i = 0; i < 100; i++) wide.put("key" + i * 37, i);
        wide.forEach(narrow::put);
        assertEquals(textOf(wide), textOf(narrow));
    }

    public void testDottedKeysAreReadLikeNestedObjects() {
        for (String document : List.of("{\"a\": {\"b\": {\"c\": \"x\"}}}", "{\"a.b.c\": \"x\"}", "{\"a.b\": {\"c\": \"x\"}}",
                "{\"a\": {\"b.c\": \"x\"}}", "{\"a\": [{\"b\": [{\"c\": \"x\"}]}]}")) {
            assertEquals(document, "x", text(document, "a.b.c"));
        }
        assertEquals("whole path first, then from the outside in", "1 2 3 4", text("""
                {"a": {"b": {"c": 3}, "b.c": 2}, "a.b.c": 1, "a.b": {"c": 4}}""", "a.b.c"));
    }

    public void testArraysOfObjectsAreReadInOrder() {
        assertEquals("first second third", text("""
                {"comments": [{"title": "first"}, {"x": 1}, [{"title": ["second"]}], null, "y", {"title": "third"}]}""",
                "comments.title"));
    }

    public void testDatesAreReadAsJsonShowsThem() {
        ZonedDateTime time = ZonedDateTime.of(2026, 1, 2, 3, 4, 5, 0, ZoneOffset.UTC);
        assertEquals("2026-01-02T03:04:05.000Z", textOf(time));
        assertEquals("2026-01-02T03:04:05.000Z", textOf(Date.from(time.toInstant())));
        assertEquals("2026-01-02T03:04:05.000Z 2026-01-02", textOf(List.of(time.toInstant(), LocalDate.of(2026, 1, 2))));
    }

    public void testOtherValuesOfScriptsAreReadAsJsonShowsThem() {
        assertEquals("1.5", textOf(new BigDecimal("1.50")));
        assertEquals("1000.0", textOf(new BigDecimal("1E+3")));
        assertEquals("a b", textOf(new TreeSet<>(List.of("b", "a"))));
        assertEquals("1 2", textOf(new int[]{1, 2}));
        assertEquals("a b", textOf(new String[]{"a", "b"}));
        assertEquals("AQI=", textOf(new byte[]{1, 2}));
        assertEquals("NaN", textOf(Float.NaN));
    }

    public void testADocumentIsTouchedWhereASourceStandsBeItEmpty() {
        assertFalse(only(json("{}"), "title").touched());
        assertFalse(only(json("{\"other\": 1}"), "title").touched());
        assertTrue(only(json("{\"title\": null}"), "title").touched());
        assertTrue(only(json("{\"title\": \"\"}"), "title", "body").touched());
        assertTrue(only(json("{\"a.b\": 1}"), "a.b").touched());
        assertFalse(only(json("{\"a\": {\"c\": 1}}"), "a.b").touched());
    }
}
