package io.semanticsearch.query;

import io.semanticsearch.field.VectorBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.lucene.search.Query;
import org.opensearch.common.compress.CompressedXContent;
import org.opensearch.common.io.stream.BytesStreamOutput;
import org.opensearch.core.common.io.stream.NamedWriteableAwareStreamInput;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.index.mapper.MapperService;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.MatchAllQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.query.QueryShardException;
import org.opensearch.index.query.TermQueryBuilder;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.AbstractQueryTestCase;

/** The clause as OpenSearch handles every clause: parsed, printed, sent, compared, cached. */
public class SemanticQueryBuilderTests extends AbstractQueryTestCase<SemanticQueryBuilder> {

    private static final Nearest OPEN = new Nearest(
            OptionalInt.empty(), OptionalInt.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false);

    @Override
    protected Collection<Class<? extends Plugin>> getPlugins() {
        List<Class<? extends Plugin>> plugins = new ArrayList<>(super.getPlugins());
        plugins.add(QueryPlugin.class);
        return plugins;
    }

    @Override
    protected void initializeAdditionalMappings(MapperService mappers) throws IOException {
        mappers.merge("_doc", new CompressedXContent(QueryPlugin.MAPPING), MapperService.MergeReason.MAPPING_UPDATE);
    }

    @Override
    protected SemanticQueryBuilder doCreateTestQueryBuilder() {
        boolean byAngle = randomBoolean();
        float[] vector = new float[byAngle ? 8 : 3];
        for (int i = 0; i < vector.length; i++) vector[i] = randomFloat() + 0.1f;
        float minSimilarity = byAngle ? randomFloat() * 2 - 1 : -randomFloat();
        return clause(byAngle ? "meaning" : "position", new Subject.Given(vector), randomNearest(minSimilarity));
    }

    private static Nearest randomNearest(float minSimilarity) {
        int k = between(1, 200);
        return new Nearest(
                randomBoolean() ? OptionalInt.of(k) : OptionalInt.empty(),
                randomBoolean() ? OptionalInt.of(between(k, Nearest.MAX)) : OptionalInt.empty(),
                randomBoolean() ? Optional.of(new TermQueryBuilder(INT_FIELD_NAME, between(0, 9))) : Optional.empty(),
                randomBoolean() ? Optional.of(minSimilarity) : Optional.empty(),
                randomBoolean() ? Optional.of("british") : Optional.empty(),
                randomBoolean(),
                OptionalInt.empty(),
                randomBoolean() ? Optional.of(randomBoolean() ? Rescore.OFF : new Rescore(between(1, 100))) : Optional.empty());
    }

    private static SemanticQueryBuilder clause(String field, Subject subject, Nearest nearest) {
        return new SemanticQueryBuilder(field, subject, nearest, QueryPlugin.VECTORS);
    }

    @Override
    protected void doAssertLuceneQuery(SemanticQueryBuilder clause, Query query, QueryShardContext context) {
        Query search = ((SemanticSearch) query).search();
        NearestVectorsQuery nearest = search instanceof NearestPassingQuery passing
                ? passing.search()
                : (NearestVectorsQuery) search;
        assertEquals(clause.field().equals("meaning") ? "meaning.aaaaaaaaaaaaaaaa" : "position.own", nearest.getField());
        assertTrue(nearest.toString(), nearest.toString().startsWith("semantic(" + clause.field() + ", k="));
    }

    @Override
    protected Map<String, SemanticQueryBuilder> getAlternateVersions() {
        float[] vector = {1, 0.5f, -2};
        return Map.of("""
                {"semantic": {"meaning": "flat tyre"}}""", clause("meaning", new Subject.Text("flat tyre"), OPEN),
                """
                        {"semantic": {"meaning": {"query": "flat tyre", "k": 3, "num_candidates": 20, "min_similarity": 0.5,
                          "model": "british", "ignore_unmapped": true, "rescore": {"oversample": 2.5}, "boost": 2, "_name": "by_meaning"}}}""",
                clause("meaning", new Subject.Text("flat tyre"), new Nearest(
                        OptionalInt.of(3), OptionalInt.of(20), Optional.empty(), Optional.of(0.5f), Optional.of("british"), true,
                        OptionalInt.empty(),
                        Optional.of(new Rescore(2.5f))))
                        .boost(2).queryName("by_meaning"),
                """
                        {"semantic": {"position": {"vector": "%s"}}}""".formatted(VectorBytes.encode(vector)),
                clause("position", new Subject.Given(vector), OPEN),
                """
                        {"semantic": {"position": {"vector": [1, 0.5, -2], "filter": [{"match_all": {}}, {"term": {"mapped_int": 1}}]}}}""",
                clause("position", new Subject.Given(vector), new Nearest(
                        OptionalInt.empty(), OptionalInt.empty(),
                        Optional.of(new BoolQueryBuilder().filter(new MatchAllQueryBuilder())
                                .filter(new TermQueryBuilder("mapped_int", 1))),
                        Optional.empty(), Optional.empty(), false)));
    }

    @Override
    public SemanticQueryBuilder mutateInstance(SemanticQueryBuilder clause) throws IOException {
        SemanticQueryBuilder other = clause(clause.field(), new Subject.Text("other text"), OPEN);
        return randomBoolean() ? super.mutateInstance(clause) : other;
    }

    public void testPrintsWhatWasSaid() throws IOException {
        checkGeneratedJson("""
                {"semantic": {"meaning": {"query": "flat tyre", "k": 3, "num_candidates": 20,
                  "filter": {"match_all": {"boost": 1.0}}, "min_similarity": 0.5, "model": "british", "ignore_unmapped": true,
                  "boost": 2.0, "_name": "by_meaning"}}}""",
                parseQuery("""
                        {"semantic": {"meaning": {"query": "flat tyre", "k": 3, "num_candidates": 20,
                          "filter": {"match_all": {}}, "min_similarity": 0.5, "model": "british", "ignore_unmapped": true,
                          "boost": 2, "_name": "by_meaning"}}}"""));
    }

    public void testAnEmbeddedTextTravelsWithItsVectorsAndPrintsAsText() throws IOException {
        float[] english = WordModels.vector(WordModels.ENGLISH, "flat tyre");
        float[] french = WordModels.vector(WordModels.FRENCH, "flat tyre");
        Subject embedded = new Subject.Embedded("flat tyre", Map.of("aaaaaaaaaaaaaaaa", english, "bbbbbbbbbbbbbbbb", french));
        SemanticQueryBuilder clause = clause("meaning", embedded, OPEN);
        assertSerialization(clause);
        checkGeneratedJson("""
                {"semantic": {"meaning": {"query": "flat tyre", "boost": 1.0}}}""", clause);
    }

    public void testATextNotEmbeddedYetTravelsAsItIs() throws IOException {
        assertSerialization(clause("meaning", new Subject.Text("flat tyre"), OPEN));
        SemanticQueryBuilder forgotten = clause("meaning", new Subject.Text("flat tyre", false), OPEN);
        assertSerialization(forgotten);
        checkGeneratedJson("""
                {"semantic": {"meaning": {"query": "flat tyre", "cache": false, "boost": 1.0}}}""", forgotten);
    }

    public void testAnImageTravelsAsItIsAndOnceEmbeddedAsItsVector() throws IOException {
        assertEquals(clause("meaning", new Subject.Image(new byte[]{1, 2, 3}), OPEN), parseQuery("""
                {"semantic": {"meaning": {"image": "data:image/png;base64,AQID"}}}"""));
        SemanticQueryBuilder asked = clause("meaning", new Subject.Image(new byte[]{1, 2, 3}), OPEN);
        assertSerialization(asked);
        checkGeneratedJson("""
                {"semantic": {"meaning": {"image": "AQID", "boost": 1.0}}}""", asked);
        SemanticQueryBuilder embedded = clause("meaning", new Subject.Embedded("", Map.of("a", new float[]{1, 0.5f})), OPEN);
        assertSerialization(embedded);
        assertEquals("""
                {"semantic":{"meaning":{"vector":[1.0,0.5],"boost":1.0}}}""",
                org.opensearch.core.common.Strings.toString(org.opensearch.core.xcontent.MediaTypeRegistry.JSON, embedded));
        Exception refused = expectThrows(org.opensearch.core.common.ParsingException.class, () -> parseQuery("""
                {"semantic": {"meaning": {"image": "no picture"}}}"""));
        assertTrue(refused.getMessage(),
                refused.getMessage().startsWith("[semantic] has an unusable [image]: the image is no base64: [no picture]"));
    }

    public void testExamplesTravelAsTheyAreAndPutTogetherAsAVector() throws IOException {
        SemanticQueryBuilder asked = (SemanticQueryBuilder) parseQuery("""
                {"semantic": {"meaning": {"like": [{"_id": 1, "_index": "books", "routing": "r", "weight": 2}, "a text",
                  {"vector": [1, 0.5]}, {"image": "AQID"}], "unlike": {"_id": 2}}}}""");
        assertSerialization(asked);
        checkGeneratedJson("""
                {"semantic": {"meaning": {"like": [{"_index": "books", "_id": "1", "routing": "r", "weight": 2.0},
                  {"text": "a text", "weight": 1.0}, {"vector": [1.0, 0.5], "weight": 1.0}, {"image": "AQID", "weight": 1.0}],
                  "unlike": [{"_id": "2", "weight": 0.5}], "boost": 1.0}}}""", asked);
        assertSerialization(clause("meaning",
                ((Subject.Asked) asked.subject()).embedded(Map.of("a", new float[]{1, 0.5f})).after(1234), OPEN));
    }

    public void testATextThatIsBeingEmbeddedCannotTravel() {
        SemanticQueryBuilder clause = clause("meaning",
                new Subject.Pending(new Subject.Text("flat tyre"), new AtomicReference<>()), OPEN);
        IllegalStateException refused = expectThrows(IllegalStateException.class, () -> clause.writeTo(new BytesStreamOutput()));
        assertEquals("the text [flat tyre] is still being embedded", refused.getMessage());
    }

    public void testAnotherFormatIsRefused() throws IOException {
        BytesStreamOutput out = new BytesStreamOutput();
        out.writeFloat(1);
        out.writeOptionalString(null);
        out.writeVInt(99);
        IOException refused = expectThrows(IOException.class, () -> new SemanticQueryBuilder(read(out), QueryPlugin.VECTORS));
        assertEquals(
                "a [semantic] clause of format [99] came in, this node reads [10]: the nodes run different versions of the plugin;"
                        + " finish the upgrade",
                refused.getMessage());
    }

    public void testAnUnknownKindOfSubjectIsRefused() throws IOException {
        BytesStreamOutput out = new BytesStreamOutput();
        out.writeByte((byte) 9);
        IOException refused = expectThrows(IOException.class, () -> Subject.read(read(out)));
        assertEquals("unknown kind of subject [9] in a [semantic] clause", refused.getMessage());
    }

    private StreamInput read(BytesStreamOutput out) throws IOException {
        return new NamedWriteableAwareStreamInput(out.bytes().streamInput(), namedWriteableRegistry());
    }

    @Override
    public void testMustRewrite() throws IOException {
        SemanticQueryBuilder clause = clause("meaning", new Subject.Text("flat tyre"), OPEN);
        QueryShardContext context = createShardContext();
        assertSame("on a shard a text stays as it is", clause, rewriteAndFetch(clause, context));
        QueryShardException refused = expectThrows(QueryShardException.class, () -> clause.toQuery(context));
        assertEquals(
                "[semantic] field [meaning]: the text [flat tyre] cannot be embedded here, because this place is read on the shard"
                        + " alone (an alias filter, a percolator query); give a [vector]",
                refused.getMessage());
    }

    public void testAFilterIsRewrittenAndVisited() throws IOException {
        QueryBuilder filter = new BoolQueryBuilder();
        Nearest nearest = new Nearest(
                OptionalInt.empty(), OptionalInt.empty(), Optional.of(filter), Optional.empty(), Optional.empty(), false);
        SemanticQueryBuilder clause = clause("position", new Subject.Given(new float[]{1, 2, 3}), nearest);
        Nearest all = new Nearest(
                OptionalInt.empty(), OptionalInt.empty(), Optional.of(new MatchAllQueryBuilder()), Optional.empty(),
                Optional.empty(),
                false);
        assertEquals(clause("position", new Subject.Given(new float[]{1, 2, 3}), all),
                rewriteAndFetch(clause, createShardContext()));
        List<QueryBuilder> visited = new ArrayList<>();
        clause.visit(createTestVisitor(visited));
        assertEquals(List.of(clause, filter), visited);
    }
}
