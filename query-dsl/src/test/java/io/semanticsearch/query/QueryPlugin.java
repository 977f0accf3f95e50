package io.semanticsearch.query;

import io.semanticsearch.field.EmbeddingFieldMapper;
import io.semanticsearch.field.FieldConfig;
import java.util.List;
import java.util.Map;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.index.mapper.Mapper;
import org.opensearch.plugins.MapperPlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.SearchPlugin;

/** The field and the clause, on a shard: nothing is embedded here. */
public final class QueryPlugin extends Plugin implements MapperPlugin, SearchPlugin {

    static final QueryVectors VECTORS = new QueryVectors(
            new WordModels(), new Cluster().spaces(new WordModels(), new NamedWriteableRegistry(List.of())));

    /** Fields of the index that tests search. */
    static final String MAPPING = """
            {"properties": {
              "meaning": {"type": "embedding", "model": "english"},
              "position": {"type": "embedding", "dimension": 3, "similarity": "l2"},
              "numbers": {"type": "embedding", "dimension": 256, "quantization": "none"},
              "sense": {"type": "alias", "path": "meaning"},
              "comments": {"type": "nested", "properties": {
                "text": {"type": "text"},
                "likes": {"type": "integer"},
                "meaning": {"type": "embedding", "model": "english"},
                "replies": {"type": "nested", "properties": {"meaning": {"type": "embedding", "model": "english"}}}}},
              "author": {"properties": {"meaning": {"type": "embedding", "model": "english"}}}}}""";

    /** What an index cannot have whose vectors another plugin writes. */
    static final String QUANTIZED = """
            {"properties": {"small_bits": {"type": "embedding", "dimension": 256, "quantization": "binary"}}}""";

    @Override
    public Map<String, Mapper.TypeParser> getMappers() {
        return Map.of(FieldConfig.TYPE, EmbeddingFieldMapper.parser(new WordModels()));
    }

    @Override
    public List<QuerySpec<?>> getQueries() {
        return List.of(
                new QuerySpec<>(
                        SemanticQueryBuilder.NAME,
                        in -> new SemanticQueryBuilder(in, VECTORS),
                        parser -> SemanticQueryBuilder.fromXContent(parser, VECTORS)),
                new QuerySpec<>(FusionQueryBuilder.NAME, FusionQueryBuilder::new, FusionQueryBuilder::fromXContent));
    }
}
