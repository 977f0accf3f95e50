package io.semanticsearch.query;

import static io.semanticsearch.query.WordModels.BRITISH;
import static io.semanticsearch.query.WordModels.ENGLISH;
import static io.semanticsearch.query.WordModels.FRENCH;

import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.EmbeddingRequest;
import io.semanticsearch.embedding.Role;
import io.semanticsearch.field.ModelCatalog.KnownModel;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.TreeMap;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.junit.After;
import org.opensearch.index.query.BaseQueryRewriteContext;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryCoordinatorContext;
import org.opensearch.index.query.Rewriteable;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.test.OpenSearchTestCase;
import org.opensearch.test.client.NoOpClient;

/** How the text of a clause becomes vectors while its search is rewritten on the coordinating node. */
public class QueryVectorsTests extends OpenSearchTestCase {

    private static final NamedWriteableRegistry REGISTRY = new NamedWriteableRegistry(List.of());

    private final WordModels models = new WordModels();
    private final Cluster cluster = new Cluster()
            .index("books", """
                    {"meaning": {"type": "embedding", "model": "english"}}""", "all")
            .index("novels", """
                    {"meaning": {"type": "embedding", "model": "british"}}""")
            .index("livres", """
                    {"meaning": {"type": "embedding", "model": "french"}}""", "all")
            .index("points", """
                    {"meaning": {"type": "embedding", "dimension": 16}}""")
            .index("plain", """
                    {"title": {"type": "text"}}""");

    private final NoOpClient client = new NoOpClient("queries");

    @After
    public void closeClient() {
        client.close();
    }

    private SemanticQueryBuilder clause(Subject subject, Integer k, String model) {
        return clause(models, subject, k, model);
    }

    private SemanticQueryBuilder clause(WordModels with, Subject subject, Integer k, String model) {
        Nearest nearest = new Nearest(
                k == null ? OptionalInt.empty() : OptionalInt.of(k), OptionalInt.empty(), Optional.empty(), Optional.empty(),
                Optional.ofNullable(model), false);
        return counted(
                new SemanticQueryBuilder("meaning", subject, nearest, new QueryVectors(with, cluster.spaces(with, REGISTRY))));
    }

    /** Where a text is embedded, it is also known that one pass over the shards is enough: there is one, or the clause is alone. */
    private static SemanticQueryBuilder counted(SemanticQueryBuilder clause) {
        return clause.subject() instanceof Subject.Embedded ? clause.counting(Counted.EACH_SHARD) : clause;
    }

    private static Subject text(String text) {
        return new Subject.Text(text);
    }

    /** What the shards are to see: each space with the model that embedded for it. */
    private static Subject embedded(String text, Map<String, KnownModel> models) {
        Map<String, float[]> vectors = new TreeMap<>();
        models.forEach((space, model) -> vectors.put(space, WordModels.vector(model, text)));
        return new Subject.Embedded(text, vectors);
    }

    private static Subject english(String text) {
        return embedded(text, Map.of(ENGLISH.space(), ENGLISH));
    }

    private PlainActionFuture<QueryBuilder> start(QueryBuilder query, SearchRequest request) {
        PlainActionFuture<QueryBuilder> rewritten = new PlainActionFuture<>();
        if (request.source() == null) request.source(new SearchSourceBuilder());
        request.source().query(query);
        BaseQueryRewriteContext context = new BaseQueryRewriteContext(NamedXContentRegistry.EMPTY, REGISTRY, client, () -> 0);
        Rewriteable.rewriteAndFetch(query, new QueryCoordinatorContext(context, request), rewritten);
        return rewritten;
    }

    private QueryBuilder rewrite(QueryBuilder query, String... indices) {
        return start(query, new SearchRequest(indices)).actionGet();
    }

    private static EmbeddingRequest asked(String model, String space, String text) {
        return new EmbeddingRequest(model, Optional.ofNullable(space), Role.QUERY, List.of(text));
    }

    public void testATextBecomesAVectorOfTheFieldsSpace() {
        assertEquals(clause(english("flat tyre"), 10, null), rewrite(clause(text("flat tyre"), null, null), "books"));
        assertEquals(List.of(asked("english", ENGLISH.space(), "flat tyre")), models.requests());
    }

    public void testATextMayAskNotToBeKept() {
        assertEquals(clause(english("flat tyre"), 10, null),
                rewrite(clause(new Subject.Text("flat tyre", false), null, null), "books"));
        assertEquals(List.of(asked("english", ENGLISH.space(), "flat tyre").uncached()), models.requests());
    }

    public void testAnImageBecomesAVectorAndDoesNotTravelOn() {
        Subject image = new Subject.Image("tyre".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        Subject vector = new Subject.Embedded("", Map.of(ENGLISH.space(), WordModels.vector(ENGLISH, "tyre")));
        assertEquals(clause(vector, 10, null), rewrite(clause(image, null, null), "books"));
        assertEquals(List.of(), models.requests().getFirst().texts());
        assertEquals(Role.QUERY, models.requests().getFirst().role());
        PlainActionFuture<QueryBuilder> failed = start(clause(image, null, null), new SearchRequest("points"));
        assertTrue(expectThrows(IllegalArgumentException.class, failed::actionGet).getMessage()
                .contains("no model to embed the image with"));
    }

    public void testATextIsEmbeddedOnceForEachSpace() {
        Subject both = embedded("flat tyre", Map.of(
                ENGLISH.space(), ENGLISH, FRENCH.space(), FRENCH));
        assertEquals(clause(both, 10, null),
                rewrite(clause(text("flat tyre"), null, null), "books", "novels", "livres", "plain"));
        assertEquals(2, models.requests().size());
        models.requests().clear();
        assertEquals("an alias", clause(both, 10, null), rewrite(clause(text("flat tyre"), null, null), "all"));
        assertEquals(2, models.requests().size());
    }

    public void testKCoversThePageOfTheSearch() {
        SearchRequest request = new SearchRequest("books").source(new SearchSourceBuilder().from(20).size(15));
        assertEquals(clause(english("tyre"), 35, null), start(clause(text("tyre"), null, null), request).actionGet());
    }

    public void testBoostAndNameStay() {
        QueryBuilder rewritten = rewrite(clause(text("tyre"), null, null).boost(3).queryName("by_meaning"), "books");
        assertEquals(clause(english("tyre"), 10, null).boost(3).queryName("by_meaning"), rewritten);
    }

    public void testAnotherModelOfTheSameSpaceCanBeNamed() {
        assertEquals(clause(english("tyre"), 5, "british"), rewrite(clause(text("tyre"), 5, "british"), "books"));
        assertEquals(List.of(asked("british", BRITISH.space(), "tyre")), models.requests());
    }

    public void testAModelOfAnotherSpaceIsRefused() {
        PlainActionFuture<QueryBuilder> failed = start(clause(text("tyre"), null, "french"), new SearchRequest("books"));
        EmbeddingException.BadRequest refused = expectThrows(EmbeddingException.BadRequest.class, failed::actionGet);
        assertEquals("model [french] is not of space [aaaaaaaaaaaaaaaa]", refused.getMessage());
    }

    public void testAFieldWithoutAModelTakesAnyModelThatIsNamed() {
        Subject own = embedded("tyre", Map.of("own", FRENCH));
        assertEquals(clause(own, 10, "french"), rewrite(clause(text("tyre"), null, "french"), "points"));
        assertEquals(List.of(asked("french", null, "tyre")), models.requests());
    }

    public void testAFieldWithoutAModelNeedsOne() {
        PlainActionFuture<QueryBuilder> failed = start(clause(text("tyre"), null, null), new SearchRequest("points"));
        IllegalArgumentException refused = expectThrows(IllegalArgumentException.class, failed::actionGet);
        assertEquals(
                "[semantic] field [meaning] takes vectors only and has no model to embed the text with; give a [vector], or a"
                        + " [model]",
                refused.getMessage());
    }

    public void testWhereNoIndexHasTheFieldNothingIsEmbedded() {
        Subject nowhere = new Subject.Embedded("tyre", Map.of());
        assertEquals(clause(nowhere, 10, null), rewrite(clause(text("tyre"), null, null), "plain"));
        assertEquals(clause(nowhere, 10, null), rewrite(clause(text("tyre"), null, null), "absent"));
        assertEquals(clause(nowhere, 10, null), rewrite(clause(text("tyre"), null, null), "other:books"));
        assertEquals(List.of(), models.requests());
    }

    public void testATextThatMeansNothingHasAVectorWithoutNumbers() {
        Subject nothing = new Subject.Embedded("42", Map.of(ENGLISH.space(), new float[0]));
        assertEquals(clause(nothing, 10, null), rewrite(clause(text("42"), null, null), "books"));
    }

    public void testARefusedTextFailsTheSearchWithTheReason() {
        PlainActionFuture<QueryBuilder> failed = start(clause(text("unspeakable"), null, null), new SearchRequest("books"));
        IllegalArgumentException refused = expectThrows(IllegalArgumentException.class, failed::actionGet);
        assertEquals("[semantic] field [meaning]: it holds the word [unspeakable]", refused.getMessage());
    }

    public void testAFailureOfTheModelFailsTheSearchAsItIs() {
        PlainActionFuture<QueryBuilder> failed = start(clause(text("tyre"), null, "klingon"), new SearchRequest("all"));
        EmbeddingException.BadRequest refused = expectThrows(EmbeddingException.BadRequest.class, failed::actionGet);
        assertEquals("unknown model [klingon]", refused.getMessage());
    }

    public void testSeveralClausesAreEmbeddedWhereverTheyStand() {
        SemanticQueryBuilder within = clause(text("tyre"), 5, null);
        Nearest filtered = new Nearest(
                OptionalInt.of(5), OptionalInt.empty(), Optional.of(within), Optional.empty(), Optional.empty(), false);
        QueryVectors vectors = new QueryVectors(models, cluster.spaces(models, REGISTRY));
        QueryBuilder query = new BoolQueryBuilder()
                .must(new SemanticQueryBuilder("meaning", text("mending"), filtered, vectors))
                .should(clause(text("baking"), 5, null));
        Nearest embedded = new Nearest(
                OptionalInt.of(5), OptionalInt.empty(), Optional.of(clause(english("tyre"), 5, null)), Optional.empty(),
                Optional.empty(), false);
        assertEquals(new BoolQueryBuilder()
                .must(counted(new SemanticQueryBuilder("meaning", english("mending"), embedded, vectors)))
                .should(clause(english("baking"), 5, null)), rewrite(query, "books"));
        assertEquals(3, models.requests().size());
    }

    public void testNoThreadWaitsForTheModel() {
        Queue<Runnable> work = new ArrayDeque<>();
        WordModels slow = new WordModels(work::add);
        PlainActionFuture<QueryBuilder> rewritten = start(clause(slow, text("tyre"), null, null), new SearchRequest("all"));
        assertFalse(rewritten.isDone());
        work.remove().run();
        assertFalse("the other space is still missing", rewritten.isDone());
        work.remove().run();
        assertTrue(rewritten.isDone());
    }

    public void testAVectorIsLeftAlone() {
        SemanticQueryBuilder given = clause(new Subject.Given(new float[]{1, 0}), 10, null);
        assertEquals(given.counting(Counted.EACH_SHARD), rewrite(given, "books"));
        assertEquals(List.of(), models.requests());
    }

    public void testWithoutASearchATextStaysAsItIs() throws Exception {
        BaseQueryRewriteContext context = new BaseQueryRewriteContext(NamedXContentRegistry.EMPTY, REGISTRY, null, () -> 0);
        SemanticQueryBuilder clause = clause(text("tyre"), 5, null);
        assertSame(clause, clause.rewrite(context));
        assertSame(clause, clause.rewrite(new QueryCoordinatorContext(context, null)));
        assertFalse(context.hasAsyncActions());
    }
}
