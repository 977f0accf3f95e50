package io.semanticsearch.field;

import io.semanticsearch.field.SourceText.Place;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.test.OpenSearchTestCase;

/** Where in a document vectors stand or would stand, and what each is made of. */
public class SourceTextPlacesTests extends OpenSearchTestCase {

    private static Map<String, Object> json(String json) {
        return XContentHelper.convertToMap(MediaTypeRegistry.JSON.xContent(), json, false);
    }

    private static List<Place> places(Map<String, Object> document, String target, String... sources) {
        return new SourceText(target, List.of(sources)).places(document);
    }

    private static List<String> texts(String document, String target, String... sources) {
        return places(json(document), target, sources).stream().map(Place::text).toList();
    }

    /** The document after a [v] was put at each of its places. */
    private static void assertPut(String expected, String document, String target, String... sources) {
        Map<String, Object> map = json(document);
        places(map, target, sources).forEach(place -> place.put("v"));
        assertEquals(json(expected), map);
    }

    public void testAFieldOfTheDocumentHasOnePlace() {
        Map<String, Object> document = json("{\"title\": \"x\"}");
        Place place = places(document, "meaning", "title").getFirst();
        assertFalse(place.present());
        assertEquals(Optional.empty(), place.value());
        place.put("v");
        assertTrue(place.present());
        assertEquals(Optional.of("v"), place.value());
        assertEquals(json("{\"title\": \"x\", \"meaning\": \"v\"}"), document);
        place.remove();
        assertFalse(place.present());
        assertEquals(json("{\"title\": \"x\"}"), document);
    }

    public void testANullIsPresentWithoutAValue() {
        Place place = places(json("{\"meaning\": null}"), "meaning", "title").getFirst();
        assertTrue(place.present());
        assertEquals(Optional.empty(), place.value());
    }

    public void testEveryObjectOfAnArrayIsAPlaceWithItsOwnText() {
        String document = """
                {"comments": [{"title": "first"}, {"title": "second", "meaning": "old"}, {"x": 1}]}""";
        assertEquals(List.of("first", "second", ""), texts(document, "comments.meaning", "comments.title"));
        List<Place> places = places(json(document), "comments.meaning", "comments.title");
        assertEquals(List.of(false, true, false), places.stream().map(Place::present).toList());
        assertEquals(List.of(true, true, false), places.stream().map(Place::touched).toList());
        assertPut(
                """
                        {"comments": [{"title": "first", "meaning": "v"}, {"title": "second", "meaning": "v"}, {"x": 1, "meaning": "v"}]}""",
                document, "comments.meaning", "comments.title");
    }

    public void testArraysInArraysAreFlat() {
        assertEquals(List.of("a", "b"), texts("{\"c\": [[{\"t\": \"a\"}], null, \"x\", [[{\"t\": \"b\"}]]]}", "c.m", "c.t"));
    }

    public void testSourcesOutsideTheParentAreSharedByAllItsPlaces() {
        assertEquals(List.of("bikes tyres", "bikes bells"), texts("""
                {"topic": "bikes", "comments": [{"title": "tyres"}, {"title": "bells"}]}""",
                "comments.meaning", "topic", "comments.title"));
    }

    public void testASourceIsReadFromTheInnermostObjectThatItIsPartOf() {
        assertEquals(List.of("site bikes tyres", "site bikes bells", "site cars tyres"), texts("""
                {"site": "site", "threads": [{"topic": "bikes", "comments": [{"title": "tyres"}, {"title": "bells"}]},
                  {"topic": "cars", "comments": {"title": "tyres"}}]}""",
                "threads.comments.meaning", "site", "threads.topic", "threads.comments.title"));
        assertEquals("the parent is no array", List.of("tyres tom", "bells tim"), texts("""
                {"comments": [{"title": "tyres", "author": {"name": "tom"}}, {"title": "bells", "author": {"name": "tim"}}]}""",
                "comments.author.meaning", "comments.title", "comments.author.name"));
    }

    public void testParentsThatAreMissingAreMade() {
        assertPut("{\"title\": \"x\", \"a\": {\"b\": {\"m\": \"v\"}}}", "{\"title\": \"x\"}", "a.b.m", "title");
        assertPut("{\"a\": {\"c\": 1, \"b\": {\"m\": \"v\"}}}", "{\"a\": {\"c\": 1}}", "a.b.m", "a.c");
        assertPut("{\"a\": {\"b\": {\"m\": \"v\"}}}", "{\"a\": null}", "a.b.m");
        assertPut("{\"a\": [{\"t\": 1, \"b\": {\"m\": \"v\"}}, {\"b\": {\"m\": \"v\"}}]}", "{\"a\": [{\"t\": 1}, {\"b\": {}}]}",
                "a.b.m",
                "a.t");
    }

    public void testTwoFieldsShareTheParentThatTheFirstMade() {
        Map<String, Object> document = json("{\"title\": \"x\"}");
        Place first = places(document, "a.first", "title").getFirst();
        Place second = places(document, "a.second", "title").getFirst();
        first.put("1");
        second.put("2");
        assertEquals(json("{\"title\": \"x\", \"a\": {\"first\": \"1\", \"second\": \"2\"}}"), document);
    }

    public void testWhereSomethingElseStandsInTheWayThereIsNoPlace() {
        for (String document : List.of("{\"t\": \"x\", \"a\": []}", "{\"t\": \"x\", \"a\": \"text\"}",
                "{\"t\": \"x\", \"a\": [1, null]}",
                "{\"t\": \"x\", \"a\": {\"b\": 7}}", "{\"t\": \"x\", \"a\": [{\"b\": []}]}")) {
            assertEquals(document, List.of(), places(json(document), "a.b.m", "t"));
        }
    }

    public void testRemovingWhatIsNotThereDoesNothing() {
        Map<String, Object> document = json("{\"a\": {\"c\": 1}}");
        places(document, "a.b.m", "a.c").forEach(Place::remove);
        assertEquals(json("{\"a\": {\"c\": 1}}"), document);
    }

    public void testDottedKeysHoldText() {
        String document = "{\"a.title\": \"x\"}";
        assertEquals(List.of("x"), texts(document, "a.meaning", "a.title"));
        assertPut("{\"a.title\": \"x\", \"a\": {\"meaning\": \"v\"}}", document, "a.meaning", "a.title");
        assertEquals("and still do once the vector stands there", List.of("x"),
                texts("{\"a.title\": \"x\", \"a\": {\"meaning\": \"v\"}}", "a.meaning", "a.title"));
        assertEquals(List.of("x", "y"), texts("{\"a\": [{\"b.t\": \"x\"}, {\"b.t\": \"y\"}]}", "a.b.m", "a.b.t"));
    }

    public void testADottedKeyHoldsTheVector() {
        assertPut("{\"a.m\": \"v\", \"a\": {\"t\": \"x\"}}", "{\"a.m\": 1, \"a\": {\"t\": \"x\"}}", "a.m", "a.t");
        assertEquals(List.of("x"), texts("{\"a.m\": 1, \"a\": {\"t\": \"x\"}}", "a.m", "a.t"));
        assertPut("{\"a\": {\"b.m\": \"v\"}}", "{\"a\": {\"b.m\": 1}}", "a.b.m");
        assertPut("{\"a.b\": {\"m\": \"v\"}}", "{\"a.b\": {}}", "a.b.m");
        assertPut("{\"a.m\": \"v\", \"a\": {\"m\": \"v\"}}", "{\"a.m\": 1, \"a\": {\"m\": 2}}", "a.m", "a.t");
    }
}
