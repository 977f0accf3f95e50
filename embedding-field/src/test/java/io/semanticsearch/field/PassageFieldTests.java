package io.semanticsearch.field;

import io.semanticsearch.field.StoredPassages.Passage;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.mapper.IdFieldMapper;
import org.opensearch.index.mapper.MapperService;
import org.opensearch.index.mapper.NestedPathFieldMapper;
import org.opensearch.index.mapper.ParseContext;
import org.opensearch.index.mapper.ParsedDocument;

/** A field with passages: its mapping, its nested documents, and what it refuses. */
public class PassageFieldTests extends EmbeddingMapperTestCase {

    private static final String PASSAGES = """
            {"type": "embedding", "model": "small", "source_fields": ["title", "body"],
             "passages": {"max_tokens": 50, "overlap_tokens": 5}}""";
    private static final PassageRule RULE = new PassageRule(50, 5);

    private static String made(PassageRule rule, String text, float[]... vectors) {
        Passage[] passages = new Passage[vectors.length];
        for (int i = 0; i < vectors.length; i++) passages[i] = new Passage(i, text.length(), TextHash.of("p" + i), vectors[i]);
        return new StoredPassages(KnownModels.SMALL.space(), rule, TextHash.of(text), List.of(passages)).encode();
    }

    private static String document(String stored) {
        return "{\"title\": \"a title\", \"meaning\": \"" + stored + "\"}";
    }

    public void testTheMappingIsStoredWithItsDefaults() throws IOException {
        assertEquals(Map.of("max_tokens", 50, "overlap_tokens", 5), stored(index(PASSAGES), "meaning").get("passages"));
        String open = PASSAGES.replace("{\"max_tokens\": 50, \"overlap_tokens\": 5}", "{}");
        assertEquals(Map.of("max_tokens", 200, "overlap_tokens", 30), stored(index(open), "meaning").get("passages"));
        String few = PASSAGES.replace("{\"max_tokens\": 50, \"overlap_tokens\": 5}", "{\"max_tokens\": 20}");
        assertEquals(Map.of("max_tokens", 20, "overlap_tokens", 5), stored(index(few), "meaning").get("passages"));
        assertFalse(stored(index(MADE), "meaning").containsKey("passages"));
        FieldConfig config = FieldConfig.of(Map.of("properties", Map.of("meaning", stored(index(PASSAGES), "meaning"))), catalog)
                .getFirst();
        assertEquals(RULE, config.passages().orElseThrow());
    }

    public void testWrongParametersAreRefused() {
        assertRefused("{\"max_tokens\": 7}", "[passages.max_tokens] is [7]; expected 8 to 8192");
        assertRefused("{\"max_tokens\": 50, \"overlap_tokens\": 26}", "[passages.overlap_tokens] is [26]; expected 0 to 25");
        assertRefused("{\"max\": 50}", "[passages] has unknown keys [max]; known are [max_tokens, overlap_tokens]");
        assertRefused("true", "[passages] is [true]; expected an object like {\"max_tokens\": 200, \"overlap_tokens\": 30}");
        assertTrue(mappingRefusal("{\"type\": \"embedding\", \"model\": \"small\", \"passages\": {}}")
                .contains("has [passages] and no [source_fields] whose text could be cut"));
    }

    private void assertRefused(String passages, String why) {
        String refusal = mappingRefusal(PASSAGES.replace("{\"max_tokens\": 50, \"overlap_tokens\": 5}", passages));
        assertTrue(refusal, refusal.contains(why));
    }

    public void testEachPassageIsANestedDocumentBeforeItsParent() throws IOException {
        MapperService index = index(PASSAGES);
        String lucene = "meaning." + KnownModels.SMALL.space();
        float[] first = unit(0);
        float[] second = unit(1);
        ParsedDocument parsed = parse(index, document(made(RULE, "a title", first, second)));
        List<ParseContext.Document> documents = parsed.docs();
        assertEquals(3, documents.size());
        assertArrayEquals(first, vector(documents.get(0), lucene), 0);
        assertArrayEquals(second, vector(documents.get(1), lucene), 0);
        ParseContext.Document parent = parsed.rootDoc();
        assertSame(parent, documents.get(2));
        assertNull(vector(parent, lucene));
        assertNotNull("there is a vector, says the parent", parent.getField("meaning"));
        for (ParseContext.Document passage : documents.subList(0, 2)) {
            assertEquals("deleted with its parent", parent.getField(IdFieldMapper.NAME).binaryValue(),
                    passage.getField(IdFieldMapper.NAME).binaryValue());
            assertEquals("meaning.passages", passage.get(NestedPathFieldMapper.NAME));
            assertNotNull("hidden from what counts documents", passage.getField("_seq_no"));
            assertNull(passage.getField("_primary_term"));
        }
        assertTrue(index.hasNested());
    }

    private static float[] unit(int at) {
        float[] vector = new float[KnownModels.SMALL.dimension()];
        vector[at] = 1;
        return vector;
    }

    public void testABroughtVectorIsOnePassage() throws IOException {
        MapperService index = index(PASSAGES);
        assertEquals(2, parse(index, "{\"title\": \"x\", \"meaning\": " + json(unit(0)) + "}").docs().size());
        String brought = new StoredVector(
                KnownModels.SMALL.space(), StoredVector.Origin.BROUGHT, TextHash.of("a title"), unit(1)).encode();
        assertEquals(2, parse(index, document(brought)).docs().size());
        assertEquals(1, parse(index, "{\"title\": \"x\", \"meaning\": null}").docs().size());
    }

    public void testWhatDoesNotBelongIsRefused() throws IOException {
        MapperService index = index(PASSAGES);
        String whole = refusal(index, document(made(KnownModels.SMALL.space(), "a title", unit(0))));
        assertTrue(whole,
                whole.contains("the field takes a vector for each passage of {max_tokens=50, overlap_tokens=5}, and what the"
                        + " document holds was made as one vector of the whole text"));
        String otherwise = refusal(index, document(made(new PassageRule(51, 5), "a title", unit(0))));
        assertTrue(otherwise, otherwise.contains("{max_tokens=51, overlap_tokens=5}"));
        String other = refusal(index, document(made(RULE, "another title", unit(0))));
        assertTrue(other, other.contains("the vector was made of another text than [title, body] hold now"));
        String many = refusal(index(MADE), document(made(RULE, "a title", unit(0))));
        assertTrue(many, many.contains("the field takes one vector of the whole text"));
        String wide = refusal(index, document(made(RULE, "a title", new float[1])));
        assertTrue(wide, wide.contains("the vector has [1] dimensions"));
    }

    public void testMergingKeepsThePassages() throws IOException {
        MapperService index = open(Settings.EMPTY, "{\"meaning\": " + PASSAGES + "}");
        merge(index, "{\"other\": {\"type\": \"keyword\"}}");
        merge(index, "{\"meaning\": " + PASSAGES + "}");
        assertTrue(index.hasNested());
        assertNotNull(index.getObjectMapper("meaning.passages"));
        assertEquals(3, parse(index, document(made(RULE, "a title", unit(0), unit(1)))).docs().size());
        IllegalArgumentException e = expectThrows(IllegalArgumentException.class,
                () -> merge(index, "{\"meaning\": " + MADE + "}"));
        assertTrue(e.getMessage(), e.getMessage().contains("Cannot update parameter [passages]"));
    }

    public void testPassagesOfNestedObjectsComeBeforeTheirObject() throws IOException {
        MapperService index = indexOf("""
                {"comments": {"type": "nested", "properties": {
                  "text": {"type": "text"},
                  "meaning": {"type": "embedding", "model": "small", "source_fields": ["comments.text"], "passages": {}}}}}""");
        PassageRule rule = new PassageRule(200, 30);
        String document = "{\"comments\": [{\"text\": \"one\", \"meaning\": \"" + made(rule, "one", unit(0), unit(1))
                + "\"}, {\"text\": \"two\", \"meaning\": \"" + made(rule, "two", unit(2)) + "\"}]}";
        List<String> paths = parse(index, document).docs().stream().map(doc -> doc.get(NestedPathFieldMapper.NAME)).toList();
        assertEquals(java.util.Arrays.asList("comments.meaning.passages", "comments.meaning.passages", "comments",
                "comments.meaning.passages", "comments", null), paths);
    }
}
