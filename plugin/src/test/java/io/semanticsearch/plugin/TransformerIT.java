package io.semanticsearch.plugin;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;

import io.semanticsearch.embedding.Role;
import io.semanticsearch.onnx.graph.EncoderShape;
import io.semanticsearch.onnx.graph.MadeUpTokenizer;
import io.semanticsearch.onnx.graph.RandomEncoder;
import io.semanticsearch.onnx.graph.RandomWeights;
import io.semanticsearch.plugin.transport.EmbedAction;
import io.semanticsearch.plugin.transport.MapAnswer;
import io.semanticsearch.plugin.transport.ModelRequest;
import io.semanticsearch.plugin.transport.PutModelAction;
import io.semanticsearch.plugin.transport.StatsAction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.lucene.tests.util.LuceneTestCase.SuppressFileSystems;
import org.junit.AfterClass;
import org.opensearch.action.bulk.BulkRequestBuilder;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.common.action.ActionFuture;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;

/** A transformer with random weights in a node: near is what shares words, which is all that such a model knows. */
@SuppressFileSystems("*") // they cannot map a file
@ClusterScope(scope = Scope.SUITE, numDataNodes = 1, numClientNodes = 0, supportsDedicatedMasters = false)
public class TransformerIT extends SemanticIntegTestCase {

    private static Path config;

    @Override
    protected Path nodeConfigPath(int nodeOrdinal) {
        if (config == null) config = writeModels();
        return config;
    }

    @AfterClass
    public static void forget() {
        config = null;
    }

    private static Path writeModels() {
        try {
            Path folder = createTempDir();
            Path model = RandomEncoder.write(RandomWeights.of(EncoderShape.miniLm().small(), 11),
                    folder.resolve("semantic-search/models/made-up"));
            Files.writeString(model.resolve("tokenizer.json"), MadeUpTokenizer.JSON);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void testDocumentsAndQueriesGoThroughTheTransformer() {
        Map<String, Object> defined = put("made-up", Map.of("provider", "local", "model", "file:made-up"));
        assertEquals(defined.toString(), 96, defined.get("dimension"));
        assertEquals("int8", defined.get("precision"));
        assertEquals("cpu", defined.get("device"));
        assertThat(defined.get("notes").toString(), containsString("compiled to int8, cosine to the original 0.99"));

        createIndex("texts", 1, 0, """
                {"properties": {"body": {"type": "text"},
                  "meaning": {"type": "embedding", "model": "made-up", "source_fields": ["body"]}}}""");
        BulkRequestBuilder bulk = client().prepareBulk();
        for (int i = 0; i < 300; i++) {
            bulk.add(client().prepareIndex("texts").setId(Integer.toString(i)).setSource(Map.of("body", body(i))));
        }
        BulkResponse indexed = bulk.get();
        assertFalse(indexed.buildFailureMessage(), indexed.hasFailures());
        refresh("texts");
        for (int i = 0; i < 300; i += 37) {
            assertEquals(Integer.toString(i), ids(semantic(client(), "texts", "\"" + body(i) + "\"")).getFirst());
        }

        Map<?, ?> stats = nodeStats();
        long passes = number(stats, "queue", "documents", "passes");
        assertThat("documents share passes", passes, lessThan(150L));
        long tokens = number(stats, "queue", "documents", "tokens");
        assertThat(tokens, greaterThan(300L * 4));
        assertThat("little padding", number(stats, "queue", "documents", "padded_tokens"), lessThan(tokens * 112 / 100));
    }

    public void testSingleDocumentsOfManyRequestsGetTheirOwnVectors() {
        put("made-up-fp32", Map.of("provider", "local", "model", "file:made-up", "precision", "fp32"));
        List<ActionFuture<MapAnswer>> answers = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            answers.add(client().execute(EmbedAction.TYPE, embed("made-up-fp32", body(i))));
        }
        for (int i = 0; i < answers.size(); i++) {
            List<?> alone = (List<?>) client().execute(EmbedAction.TYPE, embed("made-up-fp32", body(i))).actionGet().body()
                    .get("embeddings");
            List<?> together = (List<?>) answers.get(i).actionGet().body().get("embeddings");
            float[] a = vector(alone.getFirst());
            float[] b = vector(together.getFirst());
            assertArrayEquals("text " + i, a, b, 1e-5f);
        }
    }

    private static EmbedAction.Request embed(String model, String text) {
        return new EmbedAction.Request(Optional.of(model), List.of(text), Role.DOCUMENT, OptionalInt.empty(), true,
                Optional.empty());
    }

    private static String body(int i) {
        return IntStream.range(0, 3 + i % 20).mapToObj(word -> "w" + (5 + Math.floorMod(i * 13 + word * word * 7, 206)))
                .collect(Collectors.joining(" "));
    }

    private static float[] vector(Object embedding) {
        if (embedding instanceof float[] floats) return floats;
        List<?> numbers = (List<?>) embedding;
        float[] vector = new float[numbers.size()];
        for (int i = 0; i < vector.length; i++) vector[i] = ((Number) numbers.get(i)).floatValue();
        return vector;
    }

    private static Map<?, ?> nodeStats() {
        MapAnswer answer = client().execute(StatsAction.TYPE, new StatsAction.Request()).actionGet();
        return (Map<?, ?>) ((Map<?, ?>) answer.body().get("nodes")).values().iterator().next();
    }

    private static Map<String, Object> put(String id, Map<String, Object> body) {
        return client().execute(PutModelAction.TYPE, new ModelRequest(id, body)).actionGet().body();
    }
}
