package io.semanticsearch.plugin;

import static org.hamcrest.Matchers.containsString;

import io.semanticsearch.embedding.Role;
import io.semanticsearch.onnx.graph.EncoderShape;
import io.semanticsearch.onnx.graph.GreedyEncoder;
import io.semanticsearch.onnx.graph.MadeUpTokenizer;
import io.semanticsearch.onnx.graph.RandomEncoder;
import io.semanticsearch.onnx.graph.RandomWeights;
import io.semanticsearch.plugin.transport.DeleteModelAction;
import io.semanticsearch.plugin.transport.EmbedAction;
import io.semanticsearch.plugin.transport.KeepModelAction;
import io.semanticsearch.plugin.transport.ModelRequest;
import io.semanticsearch.plugin.transport.PutModelAction;
import io.semanticsearch.plugin.transport.ReadModelsAction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.tests.util.LuceneTestCase.SuppressFileSystems;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.bulk.BulkItemResponse;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;

/** What might take a node down with it: native code under many threads, files and libraries that are damaged or missing. */
@SuppressFileSystems("*") // they cannot map a file
@ClusterScope(scope = Scope.TEST, numDataNodes = 0, numClientNodes = 0, supportsDedicatedMasters = false)
public class NativeSafetyIT extends SemanticIntegTestCase {

    private static final int THREADS = 16;
    private static final int TURNS = 25;

    private final Path config = createTempDir();

    @Override
    protected Path nodeConfigPath(int ordinal) {
        return config;
    }

    private Path writeModel() throws IOException {
        Path model = RandomEncoder.write(RandomWeights.of(EncoderShape.miniLm().small(), 11),
                config.resolve("semantic-search/models/made-up"));
        Files.writeString(model.resolve("tokenizer.json"), MadeUpTokenizer.JSON);
        return model;
    }

    private static void put(String id, Object... fields) {
        Map<String, Object> body = new HashMap<>(Map.of("provider", "local", "model", "file:made-up"));
        for (int i = 0; i < fields.length; i += 2) body.put((String) fields[i], fields[i + 1]);
        client().execute(PutModelAction.TYPE, new ModelRequest(id, body)).actionGet();
    }

    private static float[] embed(String model, String text, Optional<Duration> keepAlive) {
        return (float[]) ((List<?>) client().execute(EmbedAction.TYPE, new EmbedAction.Request(Optional.of(model), List.of(text),
                Role.DOCUMENT, OptionalInt.empty(), true, keepAlive)).actionGet().body().get("embeddings")).getFirst();
    }

    private static void keep(String model, boolean load) {
        client().execute(KeepModelAction.TYPE, new KeepModelAction.Request(model, load)).actionGet();
    }

    private static String text(int i) {
        return "w" + (5 + i % 8) + " w" + (20 + i % 8) + " w7".repeat(i % 8 + 1);
    }

    public void testSixteenThreadsLoadAndUnloadAndDefineWhatTheyUse() throws Exception {
        writeModel();
        internalCluster().startNode();
        put("int8");
        put("fp32", "precision", "fp32");
        Map<String, float[]> expected = new HashMap<>();
        for (String model : List.of("int8", "fp32")) {
            for (int i = 0; i < 8; i++) expected.put(model + i, embed(model, text(i), Optional.empty()));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<?>> all = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                int thread = t;
                all.add(threads.submit(() -> {
                    for (int i = 0; i < TURNS; i++) turn(thread, i, expected);
                }));
            }
            for (Future<?> one : all) one.get();
        }
        for (String model : List.of("int8", "fp32")) {
            assertSame(model, expected.get(model + 3), embed(model, text(3), Optional.empty()));
        }
    }

    /** Which texts share a pass moves what int8 makes of each, a little. */
    private static void assertSame(String model, float[] expected, float[] actual) {
        double cosine = IntStream.range(0, expected.length).mapToDouble(i -> (double) expected[i] * actual[i]).sum();
        assertEquals(model, 1, cosine, model.equals("fp32") ? 1e-5 : 0.01);
    }

    private static void turn(int thread, int turn, Map<String, float[]> expected) {
        String model = turn % 2 == 0 ? "int8" : "fp32";
        int text = (thread + turn) % 8;
        switch ((thread + turn) % 7) {
            case 0 -> keep(model, false);
            case 1 -> keep(model, true);
            case 2 -> {
                // One that comes and goes: unknown at times, and never anything worse.
                try {
                    if (thread % 2 == 0) {
                        put("passing");
                        client().execute(DeleteModelAction.TYPE, new ModelRequest("passing", Map.of())).actionGet();
                    } else {
                        embed("passing", text(text), Optional.empty());
                    }
                } catch (Exception e) {
                    assertThat(rootMessage(e), containsString("model [passing]"));
                }
            }
            case 3 -> assertSame(model, expected.get(model + text), embed(model, text(text), Optional.of(Duration.ZERO)));
            default -> assertSame(model, expected.get(model + text), embed(model, text(text), Optional.empty()));
        }
    }

    private static String health(String model) {
        return client().execute(ReadModelsAction.TYPE, new ReadModelsAction.Request(Optional.of(model))).actionGet().body()
                .get("health").toString();
    }

    public void testFilesThatAreDamagedLaterAreToldAndTakeNothingElseDown() throws Exception {
        Path model = writeModel();
        internalCluster().startNode();
        put("damaged");
        float[] before = embed("damaged", text(1), Optional.empty());
        Map<Path, byte[]> whole = new HashMap<>();
        try (Stream<Path> files = Files.walk(model)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) whole.put(file, Files.readAllBytes(file));
        }
        for (Path file : whole.keySet()) {
            keep("damaged", false);
            byte[] bytes = whole.get(file);
            Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
            Exception told = expectThrows(Exception.class, () -> {
                keep("damaged", true);
                embed("damaged", text(1), Optional.empty());
            });
            assertEquals(file + ": " + told, RestStatus.SERVICE_UNAVAILABLE, ExceptionsHelper.status(told));
            assertThat(file.toString(), rootMessage(told), containsString("model ["));
            assertThat(file.toString(), health("damaged"), containsString("state=failed, reason=model ["));
            assertEquals("the others go on", 256, embed(BUILT_IN, "a text", Optional.empty()).length);
            Files.write(file, bytes);
            keep("damaged", true);
            assertArrayEquals(file.toString(), before, embed("damaged", text(1), Optional.empty()), 0);
        }
    }

    /** A text for which the native allocator has not enough fails alone, with its reason. */
    public void testATextThatTakesMoreMemoryThanThereIsFailsAlone() throws Exception {
        GreedyEncoder.write(config.resolve("semantic-search/models/greedy"));
        internalCluster().startNodes(2);
        put("greedy", "model", "file:greedy");
        String modest = "w5 w6 w7";
        String greedy = "w8 ".repeat(GreedyEncoder.GREEDY_TOKENS - 2);
        String reason = "model [file:greedy] failed on [1] texts of up to [" + GreedyEncoder.GREEDY_TOKENS + "] tokens: ";
        float[] before = embed("greedy", modest, Optional.empty());
        createIndex("books", 1, 0, """
                {"properties": {"title": {"type": "text"},
                  "meaning": {"type": "embedding", "source_fields": "title", "model": "greedy"}}}""");
        for (int turn = 0; turn < 3; turn++) {
            BulkRequest bulk = new BulkRequest();
            for (String title : List.of(modest, greedy, "w9 w10")) bulk.add(new IndexRequest("books").source("title", title));
            BulkItemResponse[] items = client().bulk(bulk).actionGet().getItems();
            assertFalse(items[0].getFailureMessage(), items[0].isFailed());
            assertFalse(items[2].getFailureMessage(), items[2].isFailed());
            assertEquals(items[1].getFailureMessage(), RestStatus.BAD_REQUEST, items[1].status());
            assertThat(items[1].getFailureMessage(), containsString(reason));
            Exception told = expectThrows(Exception.class, () -> embed("greedy", greedy, Optional.empty()));
            assertThat(rootMessage(told), containsString(reason));
        }
        assertArrayEquals(before, embed("greedy", modest, Optional.empty()), 0);
        assertEquals(256, embed(BUILT_IN, "a text", Optional.empty()).length);
        refresh("books");
        assertEquals(6, client().prepareSearch("books").setSize(0).get().getHits().getTotalHits().value());
    }

    public void testALibraryThatIsMissingOrNoneIsTold() throws Exception {
        writeModel();
        Path garbage = Files.writeString(createTempDir().resolve("libonnxruntime.so"), "no library");
        for (Path library : List.of(config.resolve("gone.so"), garbage)) {
            String node = internalCluster()
                    .startNode(Settings.builder().put("plugins.semantic.local.onnxruntime_library", library.toString()));
            Exception told = expectThrows(Exception.class, () -> put("made-up"));
            assertEquals(RestStatus.BAD_REQUEST, ExceptionsHelper.status(told));
            assertThat(rootMessage(told), containsString("does not work on node [" + node + "]: "));
            assertThat(rootMessage(told), containsString(library.toString()));
            assertEquals(256, embed(BUILT_IN, "a text", Optional.empty()).length);
            stopNode(node);
        }
    }
}
