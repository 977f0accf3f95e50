package io.semanticsearch.query;

import io.semanticsearch.field.FieldConfig;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.IntField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.util.TestUtil;

/** Documents with vectors in several segments, and the exact answer to what is nearest among them. */
final class VectorIndex implements Closeable {

    /** @param score Lucene's */
    record Hit(int id, float score) {}

    private final FieldConfig field;
    private final TreeMap<Integer, float[]> live = new TreeMap<>();
    private final Directory directory = new ByteBuffersDirectory();
    private final IndexWriter writer;

    VectorIndex(FieldConfig field) throws IOException {
        // Tests run with a random codec, of which some quantize vectors.
        this(field, TestUtil.getDefaultCodec());
    }

    VectorIndex(FieldConfig field, Codec codec) throws IOException {
        this.field = field;
        this.writer = new IndexWriter(
                directory, new IndexWriterConfig().setMergePolicy(NoMergePolicy.INSTANCE).setCodec(codec));
    }

    /** @param vector as the document brings it, or null for a document without one */
    void add(int id, float[] vector) throws IOException {
        Document document = new Document();
        document.add(new StringField("id", Integer.toString(id), Field.Store.YES));
        document.add(new IntField("number", id, Field.Store.NO));
        if (vector != null) {
            float[] prepared = field.similarity().prepare(vector);
            document.add(new KnnFloatVectorField(field.luceneName(), prepared, field.similarity().function()));
            document.add(new NumericDocValuesField(field.path(), 1));
            live.put(id, prepared);
        }
        writer.addDocument(document);
    }

    /** Documents that are there and have nothing. */
    void addWithoutVector(int count) throws IOException {
        Document document = new Document();
        for (int i = 0; i < count; i++) writer.addDocument(document);
        writer.flush();
    }

    void delete(int id) throws IOException {
        writer.deleteDocuments(new Term("id", Integer.toString(id)));
        live.remove(id);
    }

    /** What follows goes into another segment. */
    void endSegment() throws IOException {
        writer.flush();
    }

    DirectoryReader open() throws IOException {
        return DirectoryReader.open(writer);
    }

    /** The nearest documents, found by comparing with all. */
    List<Hit> exact(float[] target, int k, float minScore, IntPredicate filter) {
        float[] prepared = field.similarity().prepare(target);
        List<Hit> hits = new ArrayList<>();
        live.forEach((id, vector) -> {
            float score = field.similarity().function().compare(prepared, vector);
            if (filter.test(id) && score >= minScore) hits.add(new Hit(id, score));
        });
        hits.sort(Comparator.comparing(Hit::score).reversed().thenComparing(Hit::id));
        return hits.subList(0, Math.min(k, hits.size()));
    }

    static List<Hit> search(IndexReader reader, Query query) throws IOException {
        IndexSearcher searcher = new IndexSearcher(reader);
        List<Hit> hits = new ArrayList<>();
        for (ScoreDoc doc : searcher.search(query, 10_000).scoreDocs) {
            hits.add(new Hit(Integer.parseInt(searcher.storedFields().document(doc.doc, Set.of("id")).get("id")), doc.score));
        }
        hits.sort(Comparator.comparing(Hit::score).reversed().thenComparing(Hit::id));
        return hits;
    }

    /** How many segments hold vectors. */
    int segments(IndexReader reader) {
        int segments = 0;
        for (LeafReaderContext leaf : reader.leaves()) {
            if (leaf.reader().getFieldInfos().fieldInfo(field.luceneName()) != null) segments++;
        }
        return segments;
    }

    @Override
    public void close() throws IOException {
        writer.close();
        directory.close();
    }
}
