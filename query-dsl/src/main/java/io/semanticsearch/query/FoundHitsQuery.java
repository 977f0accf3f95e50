package io.semanticsearch.query;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.BytesRef;
import org.opensearch.index.mapper.IdFieldMapper;
import org.opensearch.index.mapper.SeqNoFieldMapper;
import org.opensearch.index.mapper.Uid;

/** Matches listed documents of one shard, each with the score that the list gives it; the objects nested in them are no hits. */
final class FoundHitsQuery extends Query {

    /**
     * A document of this shard.
     *
     * @param score 0 or more
     * @param reason why it has this score, for [explain]
     */
    record Listed(String id, float score, Reason reason) {

        Listed {
            if (!(score >= 0)) throw new IllegalArgumentException("score [" + score + "] of [" + id + "] is below 0");
        }

        /** The reason follows from what else a search says, so it tells no two apart. */
        @Override
        public boolean equals(Object other) {
            return other instanceof Listed that && id.equals(that.id) && Float.compare(score, that.score) == 0;
        }

        @Override
        public int hashCode() {
            return 31 * id.hashCode() + Float.hashCode(score);
        }
    }

    /** Makes the explanation of a score when it is asked for. */
    @FunctionalInterface
    interface Reason {
        Explanation explain();
    }

    private final String name;
    private final List<Listed> listed;
    /** Ids as Lucene has them, in its order, so that looking them up walks through a segment once. */
    private final Term[] terms;

    private record Term(BytesRef id, int position) {}

    /**
     * @param name what found them, for messages
     * @param listed each id once
     */
    FoundHitsQuery(String name, List<Listed> listed) {
        this.name = Objects.requireNonNull(name, "name");
        this.listed = List.copyOf(listed);
        this.terms = new Term[listed.size()];
        for (int i = 0; i < terms.length; i++) terms[i] = new Term(Uid.encodeId(listed.get(i).id), i);
        Arrays.sort(terms, Comparator.comparing(Term::id));
    }

    List<Listed> listed() {
        return listed;
    }

    @Override
    public Weight createWeight(IndexSearcher searcher, ScoreMode mode, float boost) {
        return new Weight(this) {
            @Override
            public ScorerSupplier scorerSupplier(LeafReaderContext context) throws IOException {
                long[] found = find(context.reader());
                if (found.length == 0) return null;
                float[] scores = new float[found.length];
                for (int i = 0; i < found.length; i++) scores[i] = listed.get((int) found[i]).score * boost;
                int[] docs = Arrays.stream(found).mapToInt(pair -> (int) (pair >>> 32)).toArray();
                return new DefaultScorerSupplier(new ListedScorer(docs, scores));
            }

            @Override
            public Explanation explain(LeafReaderContext context, int doc) throws IOException {
                for (long pair : find(context.reader())) {
                    if ((int) (pair >>> 32) != doc) continue;
                    Listed hit = listed.get((int) pair);
                    Explanation reason = hit.reason.explain();
                    return boost == 1 ? reason : Explanation.match(hit.score * boost, "boost [" + boost + "] times", reason);
                }
                return Explanation.noMatch("not among the documents that " + name + " found");
            }

            @Override
            public boolean isCacheable(LeafReaderContext context) {
                return true;
            }
        };
    }

    /** The listed documents of a segment in its order: the document in the upper half, its position in the list in the lower. */
    private long[] find(LeafReader reader) throws IOException {
        Terms ids = reader.terms(IdFieldMapper.NAME);
        // Only a document itself has a primary term; the objects nested in it share its id.
        NumericDocValues roots = reader.getNumericDocValues(SeqNoFieldMapper.PRIMARY_TERM_NAME);
        if (ids == null || roots == null) return new long[0];
        long[] found = new long[terms.length];
        int count = 0;
        TermsEnum all = ids.iterator();
        PostingsEnum postings = null;
        for (Term term : terms) {
            if (!all.seekExact(term.id)) continue;
            postings = all.postings(postings, PostingsEnum.NONE);
            for (int doc = postings.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = postings.nextDoc()) {
                if (count == found.length) found = Arrays.copyOf(found, 2 * count);
                found[count++] = (long) doc << 32 | term.position;
            }
        }
        found = Arrays.copyOf(found, count);
        Arrays.sort(found);
        int kept = 0;
        for (long pair : found) if (roots.advanceExact((int) (pair >>> 32))) found[kept++] = pair;
        return Arrays.copyOf(found, kept);
    }

    @Override
    public void visit(QueryVisitor visitor) {
        visitor.visitLeaf(this);
    }

    @Override
    public String toString(String field) {
        return "found(" + name + ", here=" + listed.size() + ")";
    }

    @Override
    public boolean equals(Object other) {
        return sameClassAs(other) && name.equals(((FoundHitsQuery) other).name) && listed.equals(((FoundHitsQuery) other).listed);
    }

    @Override
    public int hashCode() {
        return Objects.hash(classHash(), name, listed);
    }
}
