package io.semanticsearch.plugin;

import static org.hamcrest.Matchers.containsString;

import io.semanticsearch.field.Quantization;
import io.semanticsearch.field.Similarity;
import io.semanticsearch.field.VectorBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.cluster.metadata.MappingMetadata;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.IndexSettings;
import org.opensearch.index.codec.CodecService;
import org.opensearch.index.codec.CodecServiceFactory;
import org.opensearch.index.query.WrapperQueryBuilder;
import org.opensearch.plugins.EnginePlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.search.SearchHit;
import org.opensearch.test.OpenSearchIntegTestCase.ClusterScope;
import org.opensearch.test.OpenSearchIntegTestCase.Scope;

/**
 * Quantized and flat fields, from mapping to search, and beside what else may own or change the codec of an index. One file for all that
 * may happen to the codec, though a long one.
 */
@ClusterScope(scope = Scope.SUITE, numDataNodes = 2, numClientNodes = 0, supportsDedicatedMasters = false)
public class QuantizationIT extends SemanticIntegTestCase {

    private static final int DIMENSION = 256;
    /** Lucene builds no graph for fewer than about 650 vectors. */
    private static final int DOCUMENTS = 700;
    private static final int BULK = 100;
    private static final long SEED = 7;

    /** Claims the codec of an index as k-NN does, and of one with a compression of its own as custom-codecs does. */
    public static final class OtherCodecPlugin extends Plugin implements EnginePlugin {

        private static final Setting<Boolean> KNN = Setting.boolSetting(
                "index.knn", false, Setting.Property.IndexScope, Setting.Property.Final);
        /** A name of Lucene's that OpenSearch itself never chooses. */
        private static final String COMPRESSION = "Lucene104";

        @Override
        public List<Setting<?>> getSettings() {
            return List.of(KNN);
        }

        @Override
        public Optional<CodecServiceFactory> getCustomCodecServiceFactory(IndexSettings index) {
            boolean claimed = index.getValue(KNN) || COMPRESSION.equals(index.getSettings().get("index.codec"));
            return claimed
                    ? Optional.of(
                            config -> new CodecService(config.getMapperService(), config.getIndexSettings(), config.getLogger(),
                                    config.getAdditionalCodecs()))
                    : Optional.empty();
        }
    }

    @Override
    protected Collection<Class<? extends Plugin>> nodePlugins() {
        List<Class<? extends Plugin>> plugins = new ArrayList<>(super.nodePlugins());
        plugins.add(OtherCodecPlugin.class);
        return plugins;
    }

    /** Vectors that differ in sixteen directions: without structure there are no neighbours to find. */
    private static final class Vectors {

        private final Random random = new Random(SEED);
        private final float[][] directions = new float[16][DIMENSION];

        Vectors() {
            for (float[] direction : directions) for (int i = 0; i < DIMENSION; i++) direction[i] = (float) random.nextGaussian();
        }

        float[] next() {
            float[] vector = new float[DIMENSION];
            for (float[] direction : directions) {
                float length = (float) random.nextGaussian();
                for (int i = 0; i < DIMENSION; i++) vector[i] += length * direction[i];
            }
            return vector;
        }
    }

    private final Vectors vectors = new Vectors();

    /** What a field is called, and its mapping. */
    private static Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>();
        for (Quantization quantization : Quantization.values()) {
            for (Similarity similarity : Similarity.values()) {
                fields.put(quantization.wireName() + "_" + similarity.wireName(), field(quantization, similarity, ""));
            }
            fields.put(quantization.wireName() + "_flat", field(quantization, Similarity.COSINE, ", \"hnsw\": false"));
        }
        return fields;
    }

    private static String field(Quantization quantization, Similarity similarity, String more) {
        return "{\"type\": \"embedding\", \"dimension\": " + DIMENSION + ", \"quantization\": \"" + quantization.wireName()
                + "\", \"similarity\": \"" + similarity.wireName() + "\"" + more + "}";
    }

    private static Similarity similarity(String field) {
        return Arrays.stream(Similarity.values()).filter(similarity -> field.endsWith("_" + similarity.wireName())).findFirst()
                .orElse(Similarity.COSINE);
    }

    private List<float[]> fill(String index, Collection<String> fields, int documents) {
        List<float[]> written = new ArrayList<>();
        for (int from = 0; from < documents; from += BULK) {
            BulkRequest bulk = new BulkRequest();
            for (int id = from; id < Math.min(documents, from + BULK); id++) {
                written.add(vectors.next());
                String vector = VectorBytes.encode(written.getLast());
                Map<String, Object> source = new LinkedHashMap<>();
                source.put("number", id);
                for (String field : fields) source.put(field, vector);
                bulk.add(new IndexRequest(index).id(Integer.toString(id)).source(source));
            }
            BulkResponse response = client().bulk(bulk).actionGet();
            assertFalse(response.buildFailureMessage(), response.hasFailures());
        }
        refresh(index);
        return written;
    }

    private static SearchResponse nearest(String index, String field, float[] to, String more, String preference) {
        return client().prepareSearch(index).setPreference(preference).setFetchSource(false).setQuery(new WrapperQueryBuilder(
                "{\"semantic\": {\"" + field + "\": {\"vector\": \"" + VectorBytes.encode(to) + "\"" + more + "}}}")).get();
    }

    /** Nearly all of the ten nearest are found, each with the score of the numbers themselves. */
    private void assertFindsNearest(String index, String field, List<float[]> written) {
        Similarity similarity = similarity(field);
        int found = 0;
        for (int run = 0; run < 5; run++) {
            float[] to = similarity.prepare(vectors.next());
            float[] scores = new float[written.size()];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = similarity.function().compare(to, similarity.prepare(written.get(i)));
            }
            List<Integer> expected = IntStream.range(0, scores.length).boxed()
                    .sorted(Comparator.comparingDouble(i -> -scores[i])).limit(10).toList();
            SearchResponse response = nearest(index, field, to, "", null);
            assertEquals(field, 10, response.getHits().getHits().length);
            for (SearchHit hit : response.getHits()) {
                int id = Integer.parseInt(hit.getId());
                if (expected.contains(id)) found++;
                assertEquals(field + " score of " + id, scores[id], hit.getScore(), 1e-4f * Math.max(1, scores[id]));
            }
        }
        assertTrue(field + ": recall@10 is [" + found / 50d + "]", found >= 47);
    }

    public void testEveryQuantizationAndSimilarityIsIndexedSearchedMergedAndRestarted() throws Exception {
        Map<String, String> fields = fields();
        StringBuilder properties = new StringBuilder("{\"properties\": {\"number\": {\"type\": \"integer\"}");
        fields.forEach((name, mapping) -> properties.append(", \"").append(name).append("\": ").append(mapping));
        createIndex("all", 1, 0, properties.append("}}").toString());
        List<float[]> written = fill("all", fields.keySet(), DOCUMENTS);
        for (String field : fields.keySet()) assertFindsNearest("all", field, written);
        client().admin().indices().prepareForceMerge("all").setMaxNumSegments(1).get();
        refresh("all");
        for (String field : fields.keySet()) assertFindsNearest("all", field, written);
        internalCluster().fullRestart();
        ensureGreen("all");
        for (String field : fields.keySet()) assertFindsNearest("all", field, written);

        float[] to = written.getFirst();
        SearchResponse exact = nearest("all", "binary_cosine", to, "", null);
        assertEquals("0", exact.getHits().getAt(0).getId());
        assertEquals(1f, exact.getHits().getAt(0).getScore(), 1e-5f);
        SearchResponse coarse = nearest("all", "binary_cosine", to, ", \"rescore\": false", null);
        assertNotEquals("scores of one bit a number are coarse", 1f, coarse.getHits().getAt(0).getScore(), 1e-5f);
        SearchResponse filtered = nearest("all", "binary_cosine", to,
                ", \"filter\": {\"range\": {\"number\": {\"gte\": 5}}}, \"min_similarity\": -0.99, \"rescore\": {\"oversample\": 3}",
                null);
        assertEquals(10, filtered.getHits().getHits().length);
        for (SearchHit hit : filtered.getHits()) assertTrue(Integer.parseInt(hit.getId()) >= 5);
        assertEquals(List.of("0"), ids(nearest("all", "binary_cosine", to, ", \"min_similarity\": 0.9999", null)));
    }

    public void testAFieldIsQuantizedAnew() {
        String mapping = "{\"properties\": {\"meaning\": %s}}";
        createIndex("anew", 1, 0, mapping.formatted(field(Quantization.NONE, Similarity.COSINE, "")));
        List<float[]> written = fill("anew", List.of("meaning"), 100);
        client().admin().indices().preparePutMapping("anew")
                .setSource(mapping.formatted(field(Quantization.INT4, Similarity.COSINE, ", \"hnsw\": false")),
                        org.opensearch.common.xcontent.XContentType.JSON)
                .get();
        assertFindsNearest("anew", "meaning", written);
        client().prepareIndex("anew").setId("100").setSource("meaning", VectorBytes.encode(vectors.next())).get();
        client().admin().indices().prepareForceMerge("anew").setMaxNumSegments(1).get();
        refresh("anew");
        assertEquals(10, nearest("anew", "meaning", written.getFirst(), "", null).getHits().getHits().length);
        assertEquals("int4", mapping("anew", "meaning").get("quantization"));
        assertEquals(false, mapping("anew", "meaning").get("hnsw"));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> mapping(String index, String field) {
        MappingMetadata mapping = client().admin().indices().prepareGetMappings(index).get().mappings().get(index);
        return (Map<String, Object>) ((Map<String, Object>) mapping.sourceAsMap().get("properties")).get(field);
    }

    private static String refusal(Settings settings, String field) {
        return expectThrows(Exception.class, () -> client().admin().indices().prepareCreate("refused").setSettings(settings)
                .setMapping("{\"properties\": {\"meaning\": " + field + "}}").get()).toString();
    }

    public void testWhatWouldBeLostIsRefused() {
        String knn = "the index has [index.knn] set, so another plugin writes its vectors";
        Settings claimed = Settings.builder().put("index.knn", true).build();
        for (Quantization quantization : List.of(Quantization.INT8, Quantization.INT4, Quantization.BINARY)) {
            assertThat(refusal(claimed, field(quantization, Similarity.COSINE, "")),
                    containsString("field [meaning]: [quantization] ["
                            + quantization + "] would be ignored here: " + knn));
        }
        assertThat(refusal(claimed, field(Quantization.NONE, Similarity.COSINE, ", \"hnsw\": false")),
                containsString("field [meaning]: [hnsw] would be ignored here: " + knn));
        assertThat(
                refusal(Settings.builder().put("index.codec", "Lucene104").build(),
                        field(Quantization.INT8, Similarity.COSINE, "")),
                containsString("field [meaning]: [quantization] [int8] would be ignored here: the index has [index.codec] set to"
                        + " [Lucene104], so another plugin writes its vectors"));
        assertThat(refusal(Settings.EMPTY, "{\"type\": \"embedding\", \"dimension\": 128, \"quantization\": \"binary\"}"),
                containsString(
                        "field [meaning]: [quantization] is [binary] for vectors of [128] dimensions; one bit a dimension tells too little"
                                + " below [256], use [int4] or [int8]"));
        assertThat(refusal(Settings.EMPTY, "{\"type\": \"embedding\", \"dimension\": 256, \"quantization\": \"int2\"}"),
                containsString(
                        "field [meaning]: unknown [quantization] [int2]; expected one of [none, int8, int4, binary]"));
        assertThat(refusal(Settings.builder().put("index.derived_source.enabled", true).build(),
                field(Quantization.NONE, Similarity.COSINE, "")),
                containsString(
                        "field [meaning] of type [embedding] cannot be mapped where [index.derived_source.enabled] is true"));
    }

    public void testBesideAnotherCodecVectorsAreNotQuantizedByDefault() {
        for (Settings claimed : List.of(Settings.builder().put("index.knn", true).build(),
                Settings.builder().put("index.codec", "Lucene104").build())) {
            assertTrue(client().admin().indices().prepareCreate("beside").setSettings(claimed)
                    .setMapping("{\"properties\": {\"meaning\": {\"type\": \"embedding\", \"dimension\": 256}}}").get()
                    .isAcknowledged());
            assertEquals("none", mapping("beside", "meaning").get("quantization"));
            assertFindsNearest("beside", "meaning", fill("beside", List.of("meaning"), 50));
            client().admin().indices().prepareDelete("beside").get();
        }
        createIndex("alone", 1, 0, "{\"properties\": {\"meaning\": {\"type\": \"embedding\", \"dimension\": 256}}}");
        assertEquals("int8", mapping("alone", "meaning").get("quantization"));
    }

    public void testAStarTreeStandsBesideQuantizedVectors() throws IOException {
        Settings composite = Settings.builder().put("index.number_of_shards", 1).put("index.number_of_replicas", 0)
                .put("index.composite_index", true).put("index.append_only.enabled", true).build();
        assertTrue(client().admin().indices().prepareCreate("stars").setSettings(composite).setMapping("""
                {"composite": {"cube": {"type": "star_tree", "config": {
                   "ordered_dimensions": [{"name": "shelf"}, {"name": "row"}],
                   "metrics": [{"name": "number", "stats": ["sum", "value_count"]}]}}},
                 "properties": {"number": {"type": "integer"}, "shelf": {"type": "integer"}, "row": {"type": "integer"},
                   "meaning": %s}}""".formatted(field(Quantization.INT4, Similarity.COSINE, ""))).get().isAcknowledged());
        List<float[]> written = new ArrayList<>();
        for (int id = 0; id < 60; id++) {
            written.add(vectors.next());
            client().prepareIndex("stars").setSource("number", id, "shelf", id % 3, "row", id % 5, "meaning",
                    VectorBytes.encode(written.getLast())).get();
            if (id == 30) client().admin().indices().prepareFlush("stars").get();
        }
        client().admin().indices().prepareForceMerge("stars").setMaxNumSegments(1).get();
        refresh("stars");
        SearchResponse response = client().prepareSearch("stars").setQuery(new WrapperQueryBuilder(
                "{\"semantic\": {\"meaning\": {\"vector\": \"" + VectorBytes.encode(written.get(42)) + "\"}}}")).get();
        assertEquals(42, response.getHits().getAt(0).getSourceAsMap().get("number"));
        assertEquals(1f, response.getHits().getAt(0).getScore(), 1e-5f);
    }

    public void testCopiesOfSegmentsAreSearchedAlike() throws Exception {
        Settings copies = Settings.builder().put("index.number_of_shards", 1).put("index.number_of_replicas", 1)
                .put("index.replication.type", "SEGMENT").build();
        assertTrue(client().admin().indices().prepareCreate("copies").setSettings(copies)
                .setMapping("{\"properties\": {\"meaning\": " + field(Quantization.BINARY, Similarity.COSINE, "") + "}}").get()
                .isAcknowledged());
        ensureGreen("copies");
        List<float[]> written = fill("copies", List.of("meaning"), 120);
        client().admin().indices().prepareFlush("copies").get();
        assertBusy(() -> {
            SearchResponse replica = nearest("copies", "meaning", written.getLast(), "", "_replica");
            assertEquals(ids(nearest("copies", "meaning", written.getLast(), "", "_primary")), ids(replica));
            assertEquals("119", replica.getHits().getAt(0).getId());
        });
    }
}
