package io.semanticsearch.benchmarks;

import io.semanticsearch.field.EmbeddingCodecService;
import io.semanticsearch.field.EmbeddingFieldMapper;
import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.ModelCatalog;
import io.semanticsearch.field.VectorBytes;
import io.semanticsearch.query.QueryVectors;
import io.semanticsearch.query.SemanticQueryBuilder;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.opensearch.Version;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.common.compress.CompressedXContent;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.util.BigArrays;
import org.opensearch.common.xcontent.LoggingDeprecationHandler;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.IndexSettings;
import org.opensearch.index.analysis.AnalyzerScope;
import org.opensearch.index.analysis.IndexAnalyzers;
import org.opensearch.index.analysis.NamedAnalyzer;
import org.opensearch.index.codec.CodecServiceConfig;
import org.opensearch.index.mapper.Mapper;
import org.opensearch.index.mapper.MapperService;
import org.opensearch.index.mapper.SourceToParse;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.similarity.SimilarityService;
import org.opensearch.indices.IndicesModule;
import org.opensearch.plugins.MapperPlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.script.ScriptService;
import org.opensearch.search.SearchModule;

/**
 * What a shard is made of, without a node: the mapping, the codec and the clause of the plugin over an index of Lucene, so that a search
 * can be timed beside Lucene's own over the same segments.
 */
final class ShardInProcess implements Closeable {
    private static final String FIELD = "meaning";
    /** Holds a number by which documents can be filtered. */
    static final String PLACE = "place";
    /** As much as OpenSearch gives to an index that is being written, of a heap of 512 MB. */
    private static final double BUFFER_MB = 51;
    private static final Pattern CANDIDATES = Pattern.compile("candidates=(\\d+)");
    private static final NamedXContentRegistry QUERIES = new NamedXContentRegistry(
            new SearchModule(Settings.EMPTY, List.of()).getNamedXContents());

    private final MapperService mappers;
    private final IndexSettings settings;
    private final SimilarityService similarities;
    private final ScriptService scripts;
    private final Directory directory;
    private DirectoryReader reader;
    private IndexSearcher searcher;

    /** Knows no model: vectors are ready. */
    private static final ModelCatalog NO_MODELS = new ModelCatalog() {
        @Override
        public Optional<KnownModel> find(String idOrAlias) {
            return Optional.empty();
        }

        @Override
        public String defaultModel() {
            return "none";
        }

        @Override
        public Set<String> ids() {
            return Set.of();
        }
    };

    private static final class FieldPlugin extends Plugin implements MapperPlugin {
        @Override
        public Map<String, Mapper.TypeParser> getMappers() {
            return Map.of(FieldConfig.TYPE, EmbeddingFieldMapper.parser(NO_MODELS));
        }
    }

    /** @param field the mapping of the field, as JSON */
    ShardInProcess(Path folder, String field) throws IOException {
        String mapping = "{\"_doc\": {\"properties\": {\"" + FIELD + "\": " + field + ", \"" + PLACE
                + "\": {\"type\": \"integer\"}}}}";
        IndexMetadata metadata = IndexMetadata.builder("measured")
                .settings(Settings.builder().put(IndexMetadata.SETTING_VERSION_CREATED, Version.CURRENT))
                .numberOfShards(1).numberOfReplicas(0).putMapping(mapping).build();
        settings = new IndexSettings(metadata, Settings.EMPTY);
        scripts = new ScriptService(Settings.EMPTY, Map.of(), Map.of());
        similarities = new SimilarityService(settings, scripts, Map.of());
        NamedAnalyzer analyzer = new NamedAnalyzer("default", AnalyzerScope.INDEX, new StandardAnalyzer());
        mappers = new MapperService(settings, new IndexAnalyzers(Map.of("default", analyzer), Map.of(), Map.of()), QUERIES,
                similarities, new IndicesModule(List.of(new FieldPlugin())).getMapperRegistry(), () -> context(null), () -> false,
                scripts);
        mappers.merge("_doc", new CompressedXContent(mapping), MapperService.MergeReason.MAPPING_UPDATE);
        directory = MMapDirectory.open(folder);
    }

    /** Writes one document a vector, in order; its number is its position. */
    void write(float[][] vectors) throws IOException {
        write(vectors, Optional.empty());
    }

    /**
     * The same with a number to filter by.
     *
     * @param places of each document
     */
    void write(float[][] vectors, int[] places) throws IOException {
        write(vectors, Optional.of(places));
    }

    private void write(float[][] vectors, Optional<int[]> places) throws IOException {
        var codecs = EmbeddingCodecService.factory(settings).orElseThrow()
                .createCodecService(new CodecServiceConfig(settings, mappers, null, List.of()));
        IndexWriterConfig config = new IndexWriterConfig().setCodec(codecs.codec("default")).setRAMBufferSizeMB(BUFFER_MB)
                .setUseCompoundFile(false);
        try (IndexWriter writer = new IndexWriter(directory, config)) {
            for (int i = 0; i < vectors.length; i++) {
                String place = places.isPresent() ? ", \"" + PLACE + "\": " + places.get()[i] : "";
                String source = "{\"" + FIELD + "\": \"" + VectorBytes.encode(vectors[i]) + "\"" + place + "}";
                // Without the fields of OpenSearch's own, which no search here reads.
                var document = mappers.documentMapper()
                        .parse(new SourceToParse("measured", Integer.toString(i), new BytesArray(source), XContentType.JSON))
                        .rootDoc();
                writer.addDocument(document.getFields().stream().filter(field -> !field.name().startsWith("_")).toList());
            }
        }
        reader = DirectoryReader.open(directory);
        searcher = new IndexSearcher(reader);
        // No search is made twice in earnest.
        searcher.setQueryCache(null);
    }

    IndexSearcher searcher() {
        return searcher;
    }

    /** The name under which Lucene knows the vectors. */
    String luceneName() {
        return FIELD + ".own";
    }

    /**
     * The clause as a shard reads it.
     *
     * @param parameters what follows the vector, as JSON; may be empty
     */
    SemanticQueryBuilder clause(float[] vector, String parameters) throws IOException {
        String clause = "{\"" + FIELD + "\": {\"vector\": \"" + VectorBytes.encode(vector) + "\"" + parameters + "}}";
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(QUERIES, LoggingDeprecationHandler.INSTANCE,
                clause)) {
            parser.nextToken();
            // A ready vector asks nobody to embed anything.
            return SemanticQueryBuilder.fromXContent(parser, new QueryVectors(null, null));
        }
    }

    Query toQuery(QueryBuilder clause) throws IOException {
        return clause.toQuery(context(searcher));
    }

    /** How many candidates a clause's query looks for, as it says of itself. */
    static int candidates(Query query) {
        Matcher said = CANDIDATES.matcher(query.toString());
        if (said.find()) return Integer.parseInt(said.group(1));
        throw new BenchmarkException("[" + query + "] does not say how many candidates it looks for");
    }

    private QueryShardContext context(IndexSearcher searcher) {
        return new QueryShardContext(0, settings, BigArrays.NON_RECYCLING_INSTANCE, null, null, mappers, similarities, scripts,
                QUERIES,
                new NamedWriteableRegistry(List.of()), null, searcher, System::currentTimeMillis, null, name -> true, () -> true,
                null);
    }

    /** Bytes of all files. */
    long bytesOnDisk() throws IOException {
        long bytes = 0;
        for (String file : directory.listAll()) bytes += directory.fileLength(file);
        return bytes;
    }

    /** Bytes that a search reads here and there, so that they should be in memory: the graph, and the vectors that it is searched by. */
    long hotBytes() {
        long bytes = 0;
        for (LeafReaderContext leaf : reader.leaves()) {
            FieldInfo info = leaf.reader().getFieldInfos().fieldInfo(luceneName());
            KnnVectorsReader vectors = ((CodecReader) leaf.reader()).getVectorReader();
            Map<String, Long> parts = new TreeMap<>(vectors.getOffHeapByteSize(info));
            if (parts.containsKey("veq")) parts.remove("vec");
            bytes += parts.values().stream().mapToLong(Long::longValue).sum();
        }
        return bytes;
    }

    /** Deletes the folder that a shard lay in. */
    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }

    int segments() {
        return reader.leaves().size();
    }

    @Override
    public void close() throws IOException {
        if (reader != null) reader.close();
        directory.close();
        mappers.close();
    }
}
