package io.semanticsearch.ingest;

import io.semanticsearch.field.FieldConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.delete.DeleteRequest;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.support.ActiveShardCount;
import org.opensearch.action.support.WriteRequest.RefreshPolicy;
import org.opensearch.action.update.UpdateRequest;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.script.Script;
import org.opensearch.test.OpenSearchTestCase;

/** Which items of a bulk stay one, and which run one by one afterwards. */
public class BulkPlanTests extends OpenSearchTestCase {

    private static final List<FieldConfig> BOOKS = List.of(
            Documents.field("meaning", WordModels.ENGLISH, "title", "author.name"),
            Documents.field("comments.meaning", WordModels.ENGLISH, "comments.text"));

    private final List<String> asked = new ArrayList<>();
    private final BulkRequest bulk = new BulkRequest();

    private BulkPlan plan() {
        return BulkPlan.of(bulk, index -> {
            asked.add(index);
            return switch (index) {
                case "books", "library" -> Optional.of(new WrittenIndex("books", BOOKS));
                case "points" ->
                    Optional.of(new WrittenIndex("points", List.of(Documents.field("position", WordModels.ENGLISH))));
                case "plain" -> Optional.of(new WrittenIndex("plain", List.of()));
                default -> Optional.empty();
            };
        });
    }

    private static IndexRequest index(String id) {
        return new IndexRequest("books").id(id).source("""
                {"title": "tyre"}""", XContentType.JSON);
    }

    private static UpdateRequest update(String index, String id, String doc) {
        return new UpdateRequest(index, id).doc(doc, XContentType.JSON);
    }

    private static UpdateRequest update(String id, String doc) {
        return update("books", id, doc);
    }

    private void plans(List<Integer> together, List<List<Integer>> chains) {
        assertEquals(new BulkPlan(together, chains), plan());
    }

    /** Whether an update of [books] with this part of a document has to see the whole document. */
    private boolean runsAlone(String doc) {
        bulk.requests().clear();
        bulk.add(update("1", doc));
        return !plan().isPlain();
    }

    public void testADocumentIsOneWhetherNamedByItsIndexOrByAnAlias() {
        bulk.add(update("library", "1", "{\"title\": \"bread\"}"));
        bulk.add(index("1"));
        bulk.add(update("library", "2", "{\"views\": 1}"));
        plans(List.of(2), List.of(List.of(0, 1)));
    }

    public void testABulkWithoutUpdatesIsPlain() {
        bulk.add(index("1")).add(new DeleteRequest("books", "2")).add(index(null)).add(index("3").create(true));
        assertTrue(plan().isPlain());
        assertEquals("and looks nothing up", List.of(), asked);
    }

    public void testUpdatesThatTouchATextRunAlone() {
        bulk.add(index("1")).add(update("2", """
                {"title": "wheel"}""")).add(update("3", """
                {"views": 1}""")).add(update("4", """
                {"title": "tyre"}"""));
        plans(List.of(0, 2), List.of(List.of(1), List.of(3)));
        assertEquals("an index is looked up once", List.of("books"), asked);
    }

    public void testTouchingIsReadFromKeys() {
        assertTrue(runsAlone("""
                {"title": "wheel"}"""));
        assertTrue("be it to remove the text", runsAlone("""
                {"title": null}"""));
        assertTrue("the vector itself", runsAlone("""
                {"meaning": [1, 2, 3]}"""));
        assertTrue("a dotted key", runsAlone("""
                {"author.name": "Ann"}"""));
        assertTrue("an object that holds a source", runsAlone("""
                {"author": {"born": 1900}}"""));
        assertTrue("an object that holds the vector", runsAlone("""
                {"comments": []}"""));
        assertTrue("within a source", runsAlone("""
                {"title.raw": "x"}"""));
        assertFalse(runsAlone("""
                {"views": 1, "titles": "x", "author_name": "y"}"""));
        assertFalse("a sibling by dotted key", runsAlone("""
                {"author.born": 1900}"""));
        assertFalse(runsAlone("{}"));
    }

    public void testScriptsRunAlone() {
        bulk.add(new UpdateRequest("books", "1").script(new Script("ctx._source.views += 1")));
        bulk.add(new UpdateRequest("plain", "1").script(new Script("ctx._source.views += 1")));
        plans(List.of(1), List.of(List.of(0)));
    }

    public void testAnUpsertAloneRunsAlone() {
        bulk.add(new UpdateRequest("books", "1").upsert("""
                {"title": "wheel"}""", XContentType.JSON));
        plans(List.of(), List.of(List.of(0)));
    }

    public void testIndicesWithNothingToEmbedStayTogether() {
        bulk.add(update("plain", "1", """
                {"title": "wheel"}""")).add(update("points", "1", """
                {"position": [1, 2, 3]}"""));
        plans(List.of(0, 1), List.of());
        assertTrue(plan().isPlain());
    }

    public void testAnIndexThatIsToBeMadeMayGetFields() {
        bulk.add(update("absent", "1", """
                {"views": 1}"""));
        plans(List.of(), List.of(List.of(0)));
    }

    public void testWhateverFollowsForADocumentWaits() {
        bulk.add(index("1"))
                .add(update("1", """
                        {"title": "wheel"}"""))
                .add(update("2", """
                        {"title": "wheel"}"""))
                .add(update("1", """
                        {"views": 1}"""))
                .add(new DeleteRequest("books", "2"))
                .add(index("1"))
                .add(new DeleteRequest("plain", "1"));
        plans(List.of(0, 6), List.of(List.of(1, 3, 5), List.of(2, 4)));
    }

    public void testDocumentsWithoutAnIdHaveNoOrder() {
        bulk.add(index(null)).add(update("1", """
                {"title": "wheel"}""")).add(index(null));
        plans(List.of(0, 2), List.of(List.of(1)));
    }

    public void testTheSameIdInAnotherIndexIsAnotherDocument() {
        bulk.add(update("books", "1", """
                {"title": "wheel"}""")).add(update("plain", "1", """
                {"title": "wheel"}"""));
        plans(List.of(1), List.of(List.of(0)));
    }

    public void testTheBulkThatStaysIsLikeTheWhole() {
        bulk.add(index("1")).add(update("2", """
                {"title": "wheel"}""")).add(index("3"));
        bulk.setRefreshPolicy(RefreshPolicy.WAIT_UNTIL).waitForActiveShards(ActiveShardCount.ALL)
                .timeout(TimeValue.timeValueSeconds(7));
        bulk.setParentTask("node", 42);
        BulkRequest together = plan().bulkOfTogether(bulk);
        assertEquals(List.of(bulk.requests().get(0), bulk.requests().get(2)), together.requests());
        assertEquals(RefreshPolicy.WAIT_UNTIL, together.getRefreshPolicy());
        assertEquals(ActiveShardCount.ALL, together.waitForActiveShards());
        assertEquals(TimeValue.timeValueSeconds(7), together.timeout());
        assertEquals(bulk.getParentTask(), together.getParentTask());
    }
}
