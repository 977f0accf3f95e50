package io.semanticsearch.field;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.lucene.search.FieldExistsQuery;
import org.opensearch.index.fielddata.IndexFieldData;
import org.opensearch.index.mapper.FieldTypeTestCase;
import org.opensearch.index.query.QueryShardException;

/** An embedding field as queries and the fields API see it. */
public class EmbeddingFieldTypeTests extends FieldTypeTestCase {

    private static final float[] VECTOR = {0.5f, -2, 3.25f};
    private static final List<Float> NUMBERS = List.of(0.5f, -2f, 3.25f);

    private final EmbeddingFieldType type = new EmbeddingFieldType(
            new FieldConfig("meaning", Optional.of("small"), "a1", 3, List.of("title"), Similarity.COSINE),
            new VectorFormat(Quantization.NONE, Hnsw.DEFAULT),
            Map.of());

    private static String stored() {
        return new StoredVector("a1", StoredVector.Origin.MADE, TextHash.of("x"), VECTOR).encode();
    }

    public void testTheFieldsApiShowsNumbers() throws IOException {
        assertEquals("a made vector", NUMBERS, fetchSourceValue(type, stored()));
        assertEquals("numbers", NUMBERS, fetchSourceValue(type, List.of(0.5, -2, 3.25)));
        assertEquals("base64", NUMBERS, fetchSourceValue(type, VectorBytes.encode(VECTOR)));
    }

    /** Where the field lies in an array of objects, its one vector comes in a list. */
    public void testTheFieldsApiShowsTheVectorOfAnArrayOfObjects() throws IOException {
        assertEquals(NUMBERS, fetchSourceValue(type, List.of(stored())));
        assertEquals(NUMBERS, fetchSourceValue(type, List.of(VectorBytes.encode(VECTOR))));
        assertEquals(NUMBERS, fetchSourceValue(type, List.of(List.of(0.5, -2, 3.25))));
        assertEquals(List.of(), fetchSourceValue(type, List.of()));
    }

    public void testTheFieldsApiShowsNothingWhereNoVectorIs() throws IOException {
        assertEquals(List.of(), fetchSourceValue(type, null));
        assertEquals(List.of(), fetchSourceValue(type, new ArrayList<>(Arrays.asList((Object) null))));
    }

    public void testVectorsHaveNoFormats() {
        assertEquals("field [meaning] of type [embedding] has no formats, got [#.0]",
                expectThrows(IllegalArgumentException.class, () -> fetchSourceValue(type, stored(), "#.0")).getMessage());
    }

    public void testExistsAsksTheMarkerUnderTheFieldsOwnName() {
        assertEquals(new FieldExistsQuery("meaning"), type.existsQuery(MOCK_QSC));
    }

    public void testVectorsHaveNoTerms() {
        String message = "field [meaning] of type [embedding] holds vectors, which have no terms; search it with"
                + " {\"semantic\": {\"meaning\": \"…\"}}";
        assertEquals(message,
                expectThrows(QueryShardException.class, () -> type.termQuery("x", randomMockShardContext())).getMessage());
        assertEquals(message, expectThrows(QueryShardException.class,
                () -> type.termsQuery(List.of("x"), randomMockShardContext())).getMessage());
    }

    public void testVectorsCannotBeSortedOrAggregated() {
        assertFalse(type.isAggregatable());
        IndexFieldData<?> data = type.fielddataBuilder("index", () -> null).build(null, null);
        assertEquals("field [meaning] of type [embedding] holds vectors, which cannot be aggregated",
                expectThrows(IllegalArgumentException.class, data::getValuesSourceType).getMessage());
        assertEquals("field [meaning] of type [embedding] holds vectors, which cannot be sorted by",
                expectThrows(IllegalArgumentException.class, () -> data.sortField(null, null, null, false)).getMessage());
    }

    public void testTheTypeIsNamedAsInMappings() {
        assertEquals("embedding", type.typeName());
        assertEquals("meaning", type.name());
        assertEquals("meaning.a1", type.config().luceneName());
    }
}
