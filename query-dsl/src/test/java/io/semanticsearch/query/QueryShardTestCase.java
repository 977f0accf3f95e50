package io.semanticsearch.query;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.opensearch.common.compress.CompressedXContent;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.index.mapper.MapperService;
import org.opensearch.index.query.AbstractQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.query.QueryShardException;
import org.opensearch.plugins.Plugin;
import org.opensearch.test.AbstractBuilderTestCase;

/** A shard of an index with {@link QueryPlugin#MAPPING}. */
abstract class QueryShardTestCase extends AbstractBuilderTestCase {

    @Override
    protected Collection<Class<? extends Plugin>> getPlugins() {
        List<Class<? extends Plugin>> plugins = new ArrayList<>(super.getPlugins());
        plugins.add(QueryPlugin.class);
        return plugins;
    }

    @Override
    protected void initializeAdditionalMappings(MapperService mappers) throws IOException {
        merge(mappers, QueryPlugin.MAPPING);
        merge(mappers, QueryPlugin.QUANTIZED);
    }

    static void merge(MapperService mappers, String mapping) throws IOException {
        mappers.merge("_doc", new CompressedXContent(mapping), MapperService.MergeReason.MAPPING_UPDATE);
    }

    protected QueryBuilder parse(String query) throws IOException {
        return AbstractQueryBuilder.parseInnerQueryBuilder(createParser(JsonXContent.jsonXContent, query));
    }

    protected void refused(String message, QueryBuilder query) {
        QueryShardContext shard = createShardContext();
        QueryShardException refused = expectThrows(QueryShardException.class, () -> query.toQuery(shard));
        assertEquals(message, refused.getMessage());
    }
}
