package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.benchmarks.EvaluationSet.Document;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingFunction;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the copies of an index hold, next to what they should.
 *
 * @param lost documents that are not there
 * @param notDeleted documents that should not be there, or are there twice
 * @param wrongText documents with another text
 * @param wrongVector documents whose vector in the index is not the model's of their text
 */
record ReembedAudit(int lost, int notDeleted, int wrongText, int wrongVector) {
    private static final int PAGE = 500;
    /** Vectors of the same text and model differ by rounding alone. */
    private static final double SAME = 0.9999;

    /** @param copies of each shard, {@code _primary} or {@code _replica} */
    static ReembedAudit of(Rest rest, String index, String copies, Map<String, Document> expected, EmbeddingFunction model)
            throws IOException {
        Map<String, Document> missing = new HashMap<>(expected);
        int notDeleted = 0;
        int wrongText = 0;
        int wrongVector = 0;
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("size", PAGE);
        body.putArray("sort").add("_doc");
        body.putArray("_source").add(PassageIndex.TITLE).add(PassageIndex.TEXT);
        body.putArray("docvalue_fields").add(PassageIndex.MEANING);
        JsonNode page = rest.call("POST", "/" + index + "/_search?scroll=5m&preference=" + copies, body.toString());
        while (!page.at("/hits/hits").isEmpty()) {
            for (JsonNode hit : page.at("/hits/hits")) {
                Document document = missing.remove(hit.path("_id").asText());
                if (document == null) {
                    notDeleted++;
                    continue;
                }
                JsonNode source = hit.path("_source");
                if (!source.path(PassageIndex.TEXT).asText().equals(document.text())
                        || !source.path(PassageIndex.TITLE).asText().equals(document.title())) {
                    wrongText++;
                }
                Embedding vector = model.encodeDocuments(List.of(document.embedded())).getFirst();
                if (SoakAudit.cosine(vector(hit), SoakAudit.vector(vector)) < SAME) wrongVector++;
            }
            page = rest.call("POST", "/_search/scroll", JsonNodeFactory.instance.objectNode().put("scroll", "5m")
                    .put("scroll_id", page.path("_scroll_id").asText()).toString());
        }
        return new ReembedAudit(missing.size(), notDeleted, wrongText, wrongVector);
    }

    /** Empty where there is none. */
    private static float[] vector(JsonNode hit) {
        JsonNode indexed = hit.path("fields").path(PassageIndex.MEANING);
        if (indexed.path(0).isArray()) indexed = indexed.path(0);
        float[] values = new float[indexed.size()];
        for (int i = 0; i < values.length; i++) values[i] = indexed.get(i).floatValue();
        return values;
    }
}
