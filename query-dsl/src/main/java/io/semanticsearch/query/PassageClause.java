package io.semanticsearch.query;

import io.semanticsearch.field.FieldConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;

/**
 * A query for documents by their passages that remembers what was looked for, so that those who show hits, long after the search itself is
 * done, can tell which passages are the best. Searching leaves it out: it becomes the query that it holds.
 */
final class PassageClause extends Query {

    private final Query documents;
    private final FieldConfig field;
    private final float[] target;
    private final float minScore;
    private final int shown;
    private final String clauseName;

    /**
     * @param documents what is searched
     * @param target float32 [dimension], as {@link io.semanticsearch.field.Similarity#prepare} made it
     * @param minScore Lucene score below which a passage is not shown
     * @param shown how many passages of a hit its fields are to hold; 0 for none
     * @param clauseName what the clause is called, or null
     */
    PassageClause(Query documents, FieldConfig field, float[] target, float minScore, int shown, String clauseName) {
        this.documents = documents;
        this.field = field;
        this.target = target;
        this.minScore = minScore;
        this.shown = shown;
        this.clauseName = clauseName;
    }

    /** The clauses of a query wherever they stand in it, but for those that hits must not match. */
    static List<PassageClause> in(Query query) {
        List<PassageClause> found = new ArrayList<>();
        query.visit(new QueryVisitor() {
            @Override
            public void visitLeaf(Query leaf) {
                if (leaf instanceof PassageClause clause) found.add(clause);
            }
        });
        return found;
    }

    FieldConfig field() {
        return field;
    }

    int shown() {
        return shown;
    }

    String clauseName() {
        return clauseName;
    }

    /** Lucene's score of a passage. */
    float score(float[] vector) {
        return field.similarity().function().compare(target, field.similarity().prepare(vector));
    }

    boolean shows(float score) {
        return score >= minScore;
    }

    @Override
    public Query rewrite(IndexSearcher searcher) {
        return documents;
    }

    @Override
    public void visit(QueryVisitor visitor) {
        visitor.visitLeaf(this);
        documents.visit(visitor.getSubVisitor(BooleanClause.Occur.MUST, this));
    }

    @Override
    public String toString(String defaultField) {
        return documents.toString(defaultField);
    }

    @Override
    public boolean equals(Object other) {
        return sameClassAs(other)
                && other instanceof PassageClause that
                && documents.equals(that.documents)
                && field.equals(that.field)
                && Arrays.equals(target, that.target)
                && Float.compare(minScore, that.minScore) == 0
                && shown == that.shown
                && Objects.equals(clauseName, that.clauseName);
    }

    @Override
    public int hashCode() {
        return Objects.hash(classHash(), documents, field, shown, clauseName);
    }
}
