package io.semanticsearch.plugin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.FilterDirectoryReader;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.PointValues;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.index.SortedNumericDocValues;
import org.apache.lucene.index.SortedSetDocValues;
import org.apache.lucene.index.StoredFieldVisitor;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.Terms;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.FixedBitSet;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.support.ActionFilter;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.common.xcontent.support.XContentMapValues;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.Strings;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.index.IndexModule;
import org.opensearch.index.mapper.SeqNoFieldMapper;
import org.opensearch.index.mapper.SourceFieldMapper;
import org.opensearch.plugins.ActionPlugin;
import org.opensearch.plugins.Plugin;

/**
 * A plugin that hides fields and documents from users in the way of the security plugin: by readers that know no such field, cut it out of
 * the source, and hold the documents for deleted. Like those, they do not guard vectors. The thread context tells what to hide.
 */
public final class HidingReaders extends Plugin implements ActionPlugin {

    /** The header that lists the fields to hide. */
    static final String FIELDS = "test-hidden-fields";
    /** The header that holds the owner whose documents to hide. */
    static final String OWNER = "test-hidden-owner";

    @Override
    public void onIndexModule(IndexModule module) {
        module.setReaderWrapper(index -> {
            ThreadContext context = index.getThreadPool().getThreadContext();
            return reader -> {
                Set<String> fields = Strings.commaDelimitedListToSet(context.getHeader(FIELDS));
                String owner = context.getHeader(OWNER);
                return fields.isEmpty() && owner == null ? reader : new Hiding(reader, fields, owner);
            };
        });
    }

    /** As the security plugin does: what such users see is kept in no cache of answers, which others are served from. */
    @Override
    public List<ActionFilter> getActionFilters() {
        return List.of(new ActionFilter.Simple() {

            @Override
            protected boolean apply(String action, ActionRequest request, ActionListener<?> listener) {
                if (request instanceof SearchRequest search) search.requestCache(false);
                return true;
            }

            @Override
            public int order() {
                return Integer.MIN_VALUE;
            }
        });
    }

    private static final class Hiding extends FilterDirectoryReader {

        private final Set<String> fields;
        private final String owner;

        Hiding(DirectoryReader reader, Set<String> fields, String owner) throws IOException {
            super(reader, new SubReaderWrapper() {
                @Override
                public LeafReader wrap(LeafReader leaf) {
                    return new HidingLeaf(leaf, fields, owner);
                }
            });
            this.fields = fields;
            this.owner = owner;
        }

        @Override
        protected DirectoryReader doWrapDirectoryReader(DirectoryReader reader) throws IOException {
            return new Hiding(reader, fields, owner);
        }

        @Override
        public CacheHelper getReaderCacheHelper() {
            return in.getReaderCacheHelper();
        }
    }

    private static final class HidingLeaf extends FilterLeafReader {

        private final Set<String> hidden;
        private final FieldInfos infos;
        private final Bits live;
        private final int count;

        HidingLeaf(LeafReader leaf, Set<String> hidden, String owner) {
            super(leaf);
            this.hidden = hidden;
            List<FieldInfo> visible = new ArrayList<>();
            for (FieldInfo info : leaf.getFieldInfos()) {
                if (!hidden.contains(info.name)) visible.add(info);
            }
            this.infos = new FieldInfos(visible.toArray(FieldInfo[]::new));
            try {
                this.live = owner == null ? leaf.getLiveDocs() : without(leaf, owner);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            int seen = leaf.maxDoc();
            for (int doc = 0; live != null && doc < leaf.maxDoc(); doc++) if (!live.get(doc)) seen--;
            this.count = seen;
        }

        /** All but the documents of an owner, with what is nested in them. */
        private static Bits without(LeafReader leaf, String owner) throws IOException {
            FixedBitSet seen = new FixedBitSet(leaf.maxDoc());
            seen.set(0, leaf.maxDoc());
            FixedBitSet theirs = new FixedBitSet(leaf.maxDoc());
            PostingsEnum postings = leaf.postings(new Term("owner", owner));
            if (postings != null) theirs.or(postings);
            NumericDocValues roots = leaf.getNumericDocValues(SeqNoFieldMapper.PRIMARY_TERM_NAME);
            int begin = 0;
            for (int root = roots.nextDoc(); root != DocIdSetIterator.NO_MORE_DOCS; root = roots.nextDoc()) {
                if (theirs.get(root)) seen.clear(begin, root + 1);
                begin = root + 1;
            }
            Bits live = leaf.getLiveDocs();
            for (int doc = 0; live != null && doc < leaf.maxDoc(); doc++) if (!live.get(doc)) seen.clear(doc);
            return seen;
        }

        @Override
        public FieldInfos getFieldInfos() {
            return infos;
        }

        @Override
        public Bits getLiveDocs() {
            return live;
        }

        @Override
        public int numDocs() {
            return count;
        }

        @Override
        public Terms terms(String field) throws IOException {
            return hidden.contains(field) ? null : in.terms(field);
        }

        @Override
        public NumericDocValues getNumericDocValues(String field) throws IOException {
            return hidden.contains(field) ? null : in.getNumericDocValues(field);
        }

        @Override
        public BinaryDocValues getBinaryDocValues(String field) throws IOException {
            return hidden.contains(field) ? null : in.getBinaryDocValues(field);
        }

        @Override
        public SortedDocValues getSortedDocValues(String field) throws IOException {
            return hidden.contains(field) ? null : in.getSortedDocValues(field);
        }

        @Override
        public SortedNumericDocValues getSortedNumericDocValues(String field) throws IOException {
            return hidden.contains(field) ? null : in.getSortedNumericDocValues(field);
        }

        @Override
        public SortedSetDocValues getSortedSetDocValues(String field) throws IOException {
            return hidden.contains(field) ? null : in.getSortedSetDocValues(field);
        }

        @Override
        public NumericDocValues getNormValues(String field) throws IOException {
            return hidden.contains(field) ? null : in.getNormValues(field);
        }

        @Override
        public PointValues getPointValues(String field) throws IOException {
            return hidden.contains(field) ? null : in.getPointValues(field);
        }

        @Override
        public StoredFields storedFields() throws IOException {
            StoredFields all = in.storedFields();
            return new StoredFields() {
                @Override
                public void document(int doc, StoredFieldVisitor visitor) throws IOException {
                    all.document(doc, new CuttingVisitor(visitor, hidden));
                }
            };
        }

        @Override
        public CacheHelper getCoreCacheHelper() {
            return in.getCoreCacheHelper();
        }

        @Override
        public CacheHelper getReaderCacheHelper() {
            return in.getReaderCacheHelper();
        }
    }

    private static final class CuttingVisitor extends StoredFieldVisitor {

        private final StoredFieldVisitor visitor;
        private final Set<String> hidden;

        CuttingVisitor(StoredFieldVisitor visitor, Set<String> hidden) {
            this.visitor = visitor;
            this.hidden = hidden;
        }

        @Override
        public Status needsField(FieldInfo info) throws IOException {
            return hidden.contains(info.name) ? Status.NO : visitor.needsField(info);
        }

        @Override
        public void binaryField(FieldInfo info, byte[] value) throws IOException {
            visitor.binaryField(info, info.name.equals(SourceFieldMapper.NAME) ? cut(value) : value);
        }

        private byte[] cut(byte[] source) throws IOException {
            Map<String, Object> whole = XContentHelper.convertToMap(new BytesArray(source), true, MediaTypeRegistry.JSON).v2();
            Map<String, Object> part = XContentMapValues.filter(whole, new String[0], hidden.toArray(String[]::new));
            return BytesReference.toBytes(BytesReference.bytes(XContentFactory.jsonBuilder().map(part)));
        }

        @Override
        public void stringField(FieldInfo info, String value) throws IOException {
            visitor.stringField(info, value);
        }

        @Override
        public void intField(FieldInfo info, int value) throws IOException {
            visitor.intField(info, value);
        }

        @Override
        public void longField(FieldInfo info, long value) throws IOException {
            visitor.longField(info, value);
        }

        @Override
        public void floatField(FieldInfo info, float value) throws IOException {
            visitor.floatField(info, value);
        }

        @Override
        public void doubleField(FieldInfo info, double value) throws IOException {
            visitor.doubleField(info, value);
        }
    }
}
