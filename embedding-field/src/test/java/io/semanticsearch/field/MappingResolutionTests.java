package io.semanticsearch.field;

import java.util.List;
import java.util.Map;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.test.OpenSearchTestCase;

/** Mappings and templates on their way in: what they leave open is filled in, the rest stays as it came. */
public class MappingResolutionTests extends OpenSearchTestCase {

    private static final String RESOLVED = "{\"type\": \"embedding\", \"model\": \"small\", \"dimension\": 3, \"space\": \"a1\"";

    private static Map<String, Object> json(String json) {
        return XContentHelper.convertToMap(MediaTypeRegistry.JSON.xContent(), json, false);
    }

    private static void assertResolved(String expected, String mapping) {
        Map<String, Object> resolved = json(mapping);
        MappingResolution.resolve(resolved, KnownModels.all());
        assertEquals(json(expected), resolved);
        MappingResolution.resolve(resolved, KnownModels.all());
        assertEquals("a resolved mapping stays", json(expected), resolved);
    }

    private static void assertUntouched(String mapping) {
        assertResolved(mapping, mapping);
    }

    public void testAFieldThatNamesNoModelGetsTheDefaultAndSaysSo() {
        assertResolved("{\"properties\": {\"meaning\": " + RESOLVED + ", \"model_by_default\": true}}}", """
                {"properties": {"meaning": {"type": "embedding"}}}""");
        assertResolved(
                "{\"properties\": {\"meaning\": " + RESOLVED + ", \"model_by_default\": true, \"source_fields\": [\"title\"]}}}",
                """
                        {"properties": {"meaning": {"type": "embedding", "source_fields": ["title"], "dimension": 3}}}""");
    }

    public void testAFieldThatNamesItsModelGetsItsSpaceAndDimension() {
        assertResolved("{\"properties\": {\"meaning\": " + RESOLVED + "}}}", """
                {"properties": {"meaning": {"type": "embedding", "model": "small"}}}""");
        assertResolved("{\"properties\": {\"meaning\": " + RESOLVED + "}}}", """
                {"properties": {"meaning": {"type": "embedding", "model": "tiny", "dimension": "3"}}}""");
    }

    public void testAMappingUnderItsTypeIsResolved() {
        assertResolved("{\"_doc\": {\"dynamic\": false, \"properties\": {\"meaning\": " + RESOLVED + "}}}}", """
                {"_doc": {"dynamic": false, "properties": {"meaning": {"type": "embedding", "model": "small"}}}}""");
    }

    public void testFieldsInObjectsAndNestedDocumentsAreResolved() {
        assertResolved("{\"properties\": {\"a\": {\"properties\": {\"b\": {\"type\": \"nested\", \"properties\": {\"meaning\": "
                + RESOLVED
                + "}}}}}, \"title\": {\"type\": \"text\"}, \"meaning\": " + RESOLVED + ", \"similarity\": \"l2\"}}}", """
                        {"properties": {"a": {"properties": {"b": {"type": "nested", "properties": {
                          "meaning": {"type": "embedding", "model": "small"}}}}}, "title": {"type": "text"},
                          "meaning": {"type": "embedding", "model": "small", "similarity": "l2"}}}""");
    }

    public void testWhatIsResolvedStays() {
        assertUntouched("{\"properties\": {\"meaning\": " + RESOLVED + "}}}");
        assertUntouched("""
                {"properties": {"meaning": {"type": "embedding", "model": "gone", "dimension": 7, "space": "f0"}}}""");
        assertUntouched("""
                {"properties": {"meaning": {"type": "embedding", "space": "own", "dimension": 3}}}""");
    }

    public void testAFieldThatOnlyTakesVectorsStays() {
        assertUntouched("""
                {"properties": {"meaning": {"type": "embedding", "dimension": 3}}}""");
        assertUntouched("""
                {"properties": {"meaning": {"type": "embedding", "dimension": 3, "source_fields": []}}}""");
    }

    public void testWhatCannotBeResolvedStaysForTheParserToRefuse() {
        assertUntouched("""
                {"properties": {"meaning": {"type": "embedding", "model": "huge"}}}""");
        assertUntouched("""
                {"properties": {"meaning": {"type": "embedding", "model": "small", "dimension": 4}}}""");
        assertUntouched("""
                {"properties": {"meaning": {"type": "embedding", "space": "a1"}}}""");
        Map<String, Object> mapping = json("""
                {"properties": {"meaning": {"type": "embedding"}}}""");
        MappingResolution.resolve(mapping, KnownModels.none());
        assertEquals(json("""
                {"properties": {"meaning": {"type": "embedding"}}}"""), mapping);
    }

    public void testOtherMappingsStay() {
        for (String mapping : List.of("{}", "{\"_doc\": {}}", "{\"properties\": {}}", """
                {"properties": {"embedding": {"type": "text"}, "type": {"properties": {"type": {"type": "keyword"}}}}}""",
                """
                        {"dynamic_templates": [{"x": {"match": "*_v", "mapping": {"type": "embedding"}}}], "properties": {"a": "broken"}}""")) {
            assertUntouched(mapping);
        }
    }
}
