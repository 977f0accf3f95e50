package io.semanticsearch.query;

import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.Generations;
import io.semanticsearch.field.PassageRule;
import io.semanticsearch.field.Similarity;
import io.semanticsearch.field.StoredPassages;
import io.semanticsearch.field.StoredVector;
import io.semanticsearch.field.TextHash;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.opensearch.test.OpenSearchTestCase;

/** The passages that are shown of a hit, from what its reader may see of it. */
public class ScoredPassageTests extends OpenSearchTestCase {

    private static final PassageRule RULE = new PassageRule(20, 0);
    private static final FieldConfig FIELD = new FieldConfig("meaning", Optional.of("m"), "s", 2, List.of("title", "body"),
            Similarity.COSINE, Optional.of(RULE), Generations.NONE, false);
    private static final String TEXT = "Title First part. Second part.";

    private static PassageClause clause(float minScore) {
        return new PassageClause(MatchAllDocsQuery.INSTANCE, FIELD, new float[]{1, 0}, minScore, 3, null);
    }

    private static String stored(String text) {
        return new StoredPassages("s", RULE, TextHash.of(text), List.of(
                new StoredPassages.Passage(0, 17, TextHash.of("a"), new float[]{0, 1}),
                new StoredPassages.Passage(18, 30, TextHash.of("b"), new float[]{0.6f, 0.8f}))).encode();
    }

    private static Map<String, Object> source(Object meaning) {
        return new HashMap<>(Map.of("title", "Title", "body", List.of("First part.", "Second part."), "meaning", meaning));
    }

    public void testTheBestComesFirstWithItsText() {
        List<ScoredPassage> passages = ScoredPassage.of(clause(Float.NEGATIVE_INFINITY), source(stored(TEXT)));
        assertEquals(List.of(Optional.of("Second part."), Optional.of("Title First part.")),
                passages.stream().map(ScoredPassage::shown).toList());
        assertEquals(0.8f, passages.get(0).score(), 1e-6f);
        assertEquals(0.5f, passages.get(1).score(), 1e-6f);
        assertEquals(1, ScoredPassage.of(clause(0.7f), source(stored(TEXT))).size());
    }

    public void testWhereAFieldIsHiddenNoTextIsShown() {
        Map<String, Object> source = source(stored(TEXT));
        source.remove("title");
        List<ScoredPassage> passages = ScoredPassage.of(clause(Float.NEGATIVE_INFINITY), source);
        assertEquals(2, passages.size());
        for (ScoredPassage passage : passages) assertEquals(Optional.empty(), passage.shown());
        source.put("title", "Masked");
        assertEquals(Optional.empty(), ScoredPassage.of(clause(0), source).getFirst().shown());
    }

    public void testWhatWasMadeOtherwiseIsNotShown() {
        String other = new StoredPassages("other", RULE, TextHash.of(TEXT),
                List.of(new StoredPassages.Passage(0, 5, TextHash.of("a"), new float[]{0, 1}))).encode();
        for (Object value : new Object[]{other, "sp1:damaged", "sv1:damaged", 3, List.of(1),
            stored(TEXT).replace(":20-0:", ":21-0:")}) {
            assertEquals(String.valueOf(value), List.of(), ScoredPassage.of(clause(0), source(value)));
        }
        assertEquals(List.of(), ScoredPassage.of(clause(0), Map.of("title", "x")));
    }

    public void testSpansBeyondTheTextShowNothing() {
        String beyond = new StoredPassages("s", RULE, TextHash.of(TEXT),
                List.of(new StoredPassages.Passage(0, 31, TextHash.of("a"), new float[]{0, 1}))).encode();
        assertEquals(Optional.empty(), ScoredPassage.of(clause(0), source(beyond)).getFirst().shown());
    }

    public void testABroughtVectorStandsForTheWholeText() {
        String marked = new StoredVector("s", StoredVector.Origin.BROUGHT, TextHash.of(TEXT), new float[]{2, 0}).encode();
        for (Object brought : new Object[]{marked, List.of(2, 0)}) {
            ScoredPassage passage = ScoredPassage.of(clause(0), source(brought)).getFirst();
            assertEquals(Optional.of(TEXT), passage.shown());
            assertEquals(1f, passage.score(), 1e-6f);
        }
    }

    public void testClausesAreFoundWhereverTheyStandButForMustNot() {
        PassageClause clause = clause(0);
        org.apache.lucene.search.BooleanQuery query = new org.apache.lucene.search.BooleanQuery.Builder()
                .add(clause, org.apache.lucene.search.BooleanClause.Occur.SHOULD)
                .add(new org.apache.lucene.search.ConstantScoreQuery(clause), org.apache.lucene.search.BooleanClause.Occur.FILTER)
                .add(clause, org.apache.lucene.search.BooleanClause.Occur.MUST_NOT).build();
        assertEquals(List.of(clause, clause), PassageClause.in(query));
        assertEquals(clause, clause(0));
        assertNotEquals(clause, clause(0.1f));
    }
}
