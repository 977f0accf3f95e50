package io.semanticsearch.query;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.PointRangeQuery;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.ArrayUtil;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;

/** Documents of one segment, found once. */
sealed interface SegmentDocs {

    /** Of as many a list is made and walked through faster than a bit for each document of a segment. */
    int FEW = 1 << 10;

    int count() throws IOException;

    /** Each time from the first on. */
    DocIdSetIterator iterator() throws IOException;

    /**
     * The live ones that pass a filter.
     *
     * @param range the same filter, where it is one and worth to be looked for without Lucene's help
     */
    static SegmentDocs of(Weight filter, Optional<PointRangeQuery> range, LeafReaderContext segment) throws IOException {
        Optional<SegmentDocs> inRange = range.isPresent() ? RangeDocs.of(range.get(), segment) : Optional.empty();
        return inRange.isPresent() ? inRange.get() : passing(filter, segment);
    }

    private static SegmentDocs passing(Weight filter, LeafReaderContext segment) throws IOException {
        Scorer scorer = filter.scorer(segment);
        if (scorer == null) return new Listed(new int[0]);
        DocIdSetIterator passing = scorer.iterator();
        Bits live = segment.reader().getLiveDocs();
        if (passing.cost() <= FEW) return listed(passing, live);
        AcceptDocs many = AcceptDocs.fromIteratorSupplier(() -> passing, live, segment.reader().maxDoc());
        // Looks for them and keeps them: the iterator is asked for no second time.
        many.cost();
        return new Accepted(many);
    }

    private static Listed listed(DocIdSetIterator passing, Bits live) throws IOException {
        int[] docs = new int[(int) passing.cost()];
        int count = 0;
        for (int doc = passing.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = passing.nextDoc()) {
            if (live != null && !live.get(doc)) continue;
            // What an iterator says of its cost may be a guess.
            if (count == docs.length) docs = ArrayUtil.grow(docs);
            docs[count++] = doc;
        }
        return new Listed(Arrays.copyOf(docs, count));
    }

    /** @param docs ascending, each once */
    record Listed(int[] docs) implements SegmentDocs {

        @Override
        public int count() {
            return docs.length;
        }

        @Override
        public DocIdSetIterator iterator() {
            return new ListedDocs(docs);
        }
    }

    /** @param docs a bit for each document of the segment */
    record Marked(FixedBitSet docs, int count) implements SegmentDocs {

        @Override
        public DocIdSetIterator iterator() {
            return new BitSetIterator(docs, count);
        }
    }

    /** Marked by Lucene. */
    record Accepted(AcceptDocs docs) implements SegmentDocs {

        @Override
        public int count() throws IOException {
            return docs.cost();
        }

        @Override
        public DocIdSetIterator iterator() throws IOException {
            return docs.iterator();
        }
    }
}
