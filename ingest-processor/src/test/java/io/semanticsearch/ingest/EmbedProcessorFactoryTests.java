package io.semanticsearch.ingest;

import java.util.List;
import java.util.Map;
import org.opensearch.OpenSearchParseException;
import org.opensearch.test.OpenSearchTestCase;

/** How the {@code embed} processor is set up, and what it says where that is wrong. */
public class EmbedProcessorFactoryTests extends OpenSearchTestCase {

    private static EmbedProcessor create(Map<String, Object> config) {
        WordModels models = new WordModels();
        return new EmbedProcessor.Factory(models, models, new EmbeddingCounts(), Documents.nothingFormer(), index -> List.of())
                .create(Map.of(), "tag",
                        "description", config);
    }

    private static void refused(String message, String config) {
        OpenSearchParseException refused = expectThrows(OpenSearchParseException.class, () -> create(Documents.source(config)));
        assertEquals(message, refused.getMessage());
        assertEquals(List.of("embed"), refused.getMetadata("opensearch.processor_type"));
        assertEquals(List.of("tag"), refused.getMetadata("opensearch.processor_tag"));
    }

    public void testEverythingThatWasSaidIsRead() {
        Map<String, Object> config = Documents.source("""
                {"model": "french", "fields": {"sens": ["titre", "corps"]}, "ignore_missing": true}""");
        EmbedProcessor processor = create(config);
        assertEquals("OpenSearch refuses what is left unread", Map.of(), config);
        assertEquals("french", processor.model());
        assertEquals("embed", processor.getType());
        assertEquals("tag", processor.getTag());
        assertEquals("description", processor.getDescription());
    }

    public void testWithoutAModelItIsTheDefault() {
        assertEquals("english", create(Documents.source("""
                {"fields": {"meaning": "title"}}""")).model());
    }

    public void testAnAliasNamesAModel() {
        assertEquals("anglais", create(Documents.source("""
                {"model": "anglais", "fields": {"meaning": "title"}}""")).model());
    }

    public void testAnUnknownModelIsRefused() {
        refused("[model] unknown model [klingon]; defined are [british, english, french]. Define it with PUT"
                + " /_plugins/_semantic/models/klingon", """
                        {"model": "klingon", "fields": {"meaning": "title"}}""");
        refused("[model] property isn't a string, but of type [java.lang.Integer]", """
                {"model": 3, "fields": {"meaning": "title"}}""");
    }

    public void testFieldsAreNeeded() {
        refused("[fields] required property is missing", "{}");
        refused("[fields] names no field; expected {\"TARGET\": [\"SOURCE\", …]}", """
                {"fields": {}}""");
        refused("[fields] property isn't a map, but of type [java.lang.String]", """
                {"fields": "meaning"}""");
    }

    public void testATargetNeedsSources() {
        refused("[fields] [meaning] has no source fields", """
                {"fields": {"meaning": []}}""");
        refused("[fields] [meaning] has no source fields", """
                {"fields": {"meaning": null}}""");
        refused("[fields] [meaning] holds [3]; expected names of source fields", """
                {"fields": {"meaning": ["title", 3]}}""");
        refused("[fields] [meaning] holds [ ]; expected names of source fields", """
                {"fields": {"meaning": " "}}""");
        refused("[fields] [meaning] holds [{x=y}]; expected names of source fields", """
                {"fields": {"meaning": {"x": "y"}}}""");
        refused("[fields] [meaning] would be embedded into itself; name another target", """
                {"fields": {"meaning": ["title", "meaning"]}}""");
    }

    public void testATargetIsAFieldOfTheDocument() {
        refused("[fields] [_id] is what OpenSearch keeps of a document; name a field of your own", """
                {"fields": {"meaning": "title", "_id": "title"}}""");
    }

    public void testATargetIsMadeOfTextsOrOfOneImage() {
        create(Documents
                .source("""
                        {"fields": {"meaning": {"source": "photo", "type": "image"}, "sens": {"source": ["title", "body"], "type": "text"},
                          "vector": {"source": "title"}}}"""));
        refused("[fields] [meaning] would be made of the images [front, back]; name one, and a target for each", """
                {"fields": {"meaning": {"source": ["front", "back"], "type": "image"}}}""");
        refused("[fields] [meaning] has the [type] of [sound]; expected [text] or [image]", """
                {"fields": {"meaning": {"source": "noise", "type": "sound"}}}""");
        refused("[fields] [meaning] holds [3]; expected names of source fields", """
                {"fields": {"meaning": {"source": 3, "type": "image"}}}""");
        refused("[fields] [meaning] holds [source, size]; expected [source] and [type]", """
                {"fields": {"meaning": {"source": "photo", "size": 8}}}""");
    }

    public void testIgnoreMissingIsYesOrNo() {
        refused("[ignore_missing] property isn't a boolean, but of type [java.lang.Integer]", """
                {"fields": {"meaning": "title"}, "ignore_missing": 1}""");
    }
}
