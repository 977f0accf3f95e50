package io.semanticsearch.field;

import java.io.IOException;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.SortField;
import org.opensearch.common.util.BigArrays;
import org.opensearch.index.fielddata.IndexFieldData;
import org.opensearch.index.fielddata.LeafFieldData;
import org.opensearch.index.fielddata.ScriptDocValues;
import org.opensearch.index.fielddata.SortedBinaryDocValues;
import org.opensearch.index.mapper.DocValueFetcher;
import org.opensearch.search.DocValueFormat;
import org.opensearch.search.MultiValueMode;
import org.opensearch.search.aggregations.support.ValuesSourceType;
import org.opensearch.search.sort.BucketedSort;
import org.opensearch.search.sort.SortOrder;

/**
 * Vectors as the index holds them, for {@code docvalue_fields}: the numbers of one document, in full precision, at unit length under
 * {@code cosine}. They can be read so where {@code _source} does not keep them. Nothing can be sorted or aggregated by them.
 */
record VectorFieldData(FieldConfig config) implements IndexFieldData<VectorFieldData.Leaf> {

    @Override
    public String getFieldName() {
        return config.path();
    }

    @Override
    public Leaf load(LeafReaderContext context) {
        return new Leaf(config, context.reader());
    }

    @Override
    public Leaf loadDirect(LeafReaderContext context) {
        return load(context);
    }

    @Override
    public ValuesSourceType getValuesSourceType() {
        throw refused(config, "be aggregated");
    }

    @Override
    public SortField sortField(Object missing, MultiValueMode mode, XFieldComparatorSource.Nested nested, boolean reverse) {
        throw refused(config, "be sorted by");
    }

    @Override
    public BucketedSort newBucketedSort(
            BigArrays bigArrays,
            Object missing,
            MultiValueMode mode,
            XFieldComparatorSource.Nested nested,
            SortOrder order,
            DocValueFormat format,
            int bucketSize,
            BucketedSort.ExtraData extra) {
        throw refused(config, "be sorted by");
    }

    private static IllegalArgumentException refused(FieldConfig config, String what) {
        return new IllegalArgumentException(
                "field [" + config.path() + "] of type [embedding] holds vectors, which cannot " + what);
    }

    /** The vectors of one segment. */
    record Leaf(FieldConfig config, LeafReader reader) implements LeafFieldData {

        @Override
        public DocValueFetcher.Leaf getLeafValueFetcher(DocValueFormat format) {
            return new Numbers(config, reader);
        }

        @Override
        public ScriptDocValues<?> getScriptValues() {
            throw refused(config, "be read by scripts");
        }

        @Override
        public SortedBinaryDocValues getBytesValues() {
            throw refused(config, "be aggregated");
        }

        @Override
        public long ramBytesUsed() {
            return 0;
        }

        @Override
        public void close() {}
    }

    /** The numbers of one document after the other. */
    private static final class Numbers implements DocValueFetcher.Leaf {

        private final FieldConfig config;
        private final LeafReader reader;
        private float[] vector = {};
        private int next;

        Numbers(FieldConfig config, LeafReader reader) {
            this.config = config;
            this.reader = reader;
        }

        @Override
        public boolean advanceExact(int document) throws IOException {
            if (FieldConfig.isHidden(config.path(), reader)) return false;
            FloatVectorValues vectors = reader.getFloatVectorValues(config.luceneName());
            if (vectors == null) return false;
            KnnVectorValues.DocIndexIterator documents = vectors.iterator();
            int found = documents.advance(document);
            if (found == DocIdSetIterator.NO_MORE_DOCS || found != document) return false;
            vector = vectors.vectorValue(documents.index()).clone();
            next = 0;
            return true;
        }

        @Override
        public int docValueCount() {
            return vector.length;
        }

        @Override
        public Object nextValue() {
            return vector[next++];
        }
    }
}
