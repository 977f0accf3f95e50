package io.semanticsearch.field;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.index.mapper.MapperService;
import org.opensearch.index.mapper.ParseContext;

/** A field that moves to another model: both generations are indexed, then the next one serves, and nothing accepted is refused later. */
public class GenerationsTests extends EmbeddingMapperTestCase {

    private static final String MOVING = """
            {"type": "embedding", "model": "small", "source_fields": ["title", "body"], "next": {"model": "other"}}""";
    private static final String MOVED = """
            {"type": "embedding", "model": "other", "source_fields": ["title", "body"]}""";
    private static final Map<String, Object> SMALL = Map.of("model", "small", "space", "a1", "dimension", 3);
    private static final Map<String, Object> OTHER = Map.of("model", "other", "space", "b2", "dimension", 3);

    private static String both() {
        return StoredForm.join(List.of(made("a1", "tyre", 1, 0, 0), made("b2", "tyre", 0, 1, 0)));
    }

    private ParseContext.Document parsed(MapperService index, String stored) {
        return parse(index, "{\"title\": \"tyre\", \"meaning\": \"" + stored + "\"}").rootDoc();
    }

    private static void assertIndexed(ParseContext.Document document, boolean first, boolean second) {
        assertEquals(first, vector(document, "meaning.a1") != null);
        assertEquals(second, vector(document, "meaning.b2") != null);
        assertEquals(first || second, document.getField("meaning") != null);
    }

    public void testTheNextGenerationIsResolvedAndStored() throws IOException {
        MapperService index = index(MOVING);
        assertEquals(OTHER, stored(index, "meaning").get("next"));
        merge(index, "{\"meaning\": " + MOVING + "}");
        assertEquals(OTHER, stored(index, "meaning").get("next"));
        FieldConfig config = FieldConfig.of(Map.of("properties", Map.of("meaning", stored(index, "meaning"))), catalog)
                .getFirst();
        assertEquals(List.of("a1", "b2"), config.written().stream().map(FieldConfig::space).toList());
        assertFalse(config.ignoreFailure());
        assertTrue("a late vector of the next generation refuses no document", config.written().getLast().ignoreFailure());
    }

    public void testBothGenerationsAreIndexedWhileItMoves() throws IOException {
        MapperService index = index(MOVING);
        assertIndexed(parsed(index, both()), true, true);
        assertIndexed(parsed(index, made("a1", "tyre", 1, 0, 0)), true, false);
        assertIndexed(parsed(index, made("b2", "tyre", 1, 0, 0)), false, true);
        assertTrue(refusal(index, "{\"title\": \"bread\", \"meaning\": \"" + both() + "\"}").startsWith(
                "the vector was made of another text"));
    }

    public void testWhatWasAcceptedBeforeTheMoveIsAcceptedAfterIt() throws IOException {
        MapperService index = index(MOVING);
        merge(index, "{\"meaning\": " + MOVED + "}");
        Map<String, Object> stored = stored(index, "meaning");
        assertEquals("b2", stored.get("space"));
        assertEquals(List.of(SMALL), stored.get("previous"));
        assertNull(stored.get("next"));
        assertIndexed(parsed(index, both()), false, true);
        assertIndexed(parsed(index, made("a1", "tyre", 1, 0, 0)), false, false);
        assertTrue(refusal(index, "{\"title\": \"tyre\", \"meaning\": \"" + made("c3", "tyre", 1, 0, 0) + "\"}").startsWith(
                "the vector lives in the space [c3], the field in [b2]"));
        // Mappings that do not name them leave the older generations there.
        merge(index, "{\"meaning\": " + MOVED + "}");
        assertEquals(List.of(SMALL), stored(index, "meaning").get("previous"));
    }

    public void testItMovesBack() throws IOException {
        MapperService index = index(MOVING);
        merge(index, "{\"meaning\": " + MOVED + "}");
        merge(index, "{\"meaning\": " + MOVED.replace("]}", "], \"next\": {\"model\": \"small\"}}") + "}");
        merge(index, "{\"meaning\": " + MADE + "}");
        assertEquals("a1", stored(index, "meaning").get("space"));
        assertEquals(List.of(OTHER), stored(index, "meaning").get("previous"));
    }

    /** A node can be handed both updates of the mapping as one. */
    public void testAMoveThatWasNotSeenToBeginIsAccepted() throws IOException {
        MapperService elsewhere = index(MOVING);
        merge(elsewhere, "{\"meaning\": " + MOVED + "}");
        MapperService index = index(MADE);
        index.merge("_doc", stored(elsewhere), MapperService.MergeReason.MAPPING_UPDATE);
        assertEquals(stored(elsewhere), stored(index));
        assertIndexed(parsed(index, made("a1", "tyre", 1, 0, 0)), false, false);
    }

    public void testAMoveIsGivenUp() throws IOException {
        MapperService index = index(MOVING);
        merge(index, "{\"meaning\": " + MADE + "}");
        assertNull(stored(index, "meaning").get("next"));
        assertEquals("a1", stored(index, "meaning").get("space"));
        // Documents that hold both are read as ever.
        assertIndexed(parsed(index, both()), true, false);
    }

    public void testAnotherModelWithoutAMoveIsRefused() throws IOException {
        MapperService index = index(MADE);
        expectThrows(IllegalArgumentException.class, () -> merge(index, "{\"meaning\": " + MOVED + "}"));
    }

    public void testANextModelNeedsATextAndToBeKnown() {
        assertTrue(mappingRefusal("""
                {"type": "embedding", "model": "small", "next": {"model": "other"}}""").contains("[next] needs [source_fields]"));
        assertTrue(mappingRefusal("""
                {"type": "embedding", "source_fields": "title", "next": {"model": "none"}}""").contains("unknown model [none]"));
        assertTrue(mappingRefusal("""
                {"type": "embedding", "source_fields": "title", "next": "other"}""").contains("expected an object like"));
        assertTrue(mappingRefusal("""
                {"type": "embedding", "previous": {"model": "other"}}""")
                .contains("[previous] is [{model=other}]; expected a list"));
    }

    public void testTheSameSpaceNeedsNoMove() throws IOException {
        assertNull(stored(index("""
                {"type": "embedding", "source_fields": "title", "next": {"model": "tiny"}}"""), "meaning").get("next"));
    }
}
