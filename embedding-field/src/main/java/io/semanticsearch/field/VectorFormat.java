package io.semanticsearch.field;

import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene104.Lucene104HnswScalarQuantizedVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;

/** How the vectors of a field lie in a segment. */
record VectorFormat(Quantization quantization, Hnsw hnsw) {

    /** So many expected comparisons that a graph is never worth it: all vectors are compared. */
    private static final int NO_GRAPH = Integer.MAX_VALUE;

    /** Which parts a mapping left open. */
    record Open(boolean quantization, boolean hnsw) {}

    /** This format with the open parts as the other one has them. */
    VectorFormat filledFrom(VectorFormat existing, Open open) {
        return new VectorFormat(open.quantization ? existing.quantization : quantization, open.hnsw ? existing.hnsw : hnsw);
    }

    /** Lucene's own format under its own name, for up to {@value EmbeddingFieldMapper#MAX_DIMENSION} dimensions. */
    KnnVectorsFormat lucene() {
        int m = hnsw.flat() ? Hnsw.DEFAULT.m() : hnsw.m();
        int efConstruction = hnsw.flat() ? Hnsw.DEFAULT.efConstruction() : hnsw.efConstruction();
        int graphThreshold = hnsw.flat() ? NO_GRAPH : Lucene99HnswVectorsFormat.HNSW_GRAPH_THRESHOLD;
        return new Wide(quantization.encoding()
                .<KnnVectorsFormat>map(encoding -> new Lucene104HnswScalarQuantizedVectorsFormat(
                        encoding, m, efConstruction, Lucene99HnswVectorsFormat.DEFAULT_NUM_MERGE_WORKER, null, graphThreshold))
                .orElseGet(() -> new Lucene99HnswVectorsFormat(m, efConstruction, graphThreshold)));
    }

    /** A format under its own name that takes more dimensions. */
    private static final class Wide extends KnnVectorsFormat {

        private final KnnVectorsFormat delegate;

        Wide(KnnVectorsFormat delegate) {
            super(delegate.getName());
            this.delegate = delegate;
        }

        @Override
        public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
            return delegate.fieldsWriter(state);
        }

        @Override
        public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
            return delegate.fieldsReader(state);
        }

        @Override
        public int getMaxDimensions(String field) {
            return EmbeddingFieldMapper.MAX_DIMENSION;
        }
    }
}
