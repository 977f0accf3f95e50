package io.semanticsearch.query;

import io.semanticsearch.field.EmbeddingFieldMapper;
import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.FieldConfigs;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.env.Environment;
import org.opensearch.env.NodeEnvironment;
import org.opensearch.index.mapper.Mapper;
import org.opensearch.plugins.MapperPlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.SearchPlugin;
import org.opensearch.repositories.RepositoriesService;
import org.opensearch.script.ScriptService;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.client.Client;
import org.opensearch.watcher.ResourceWatcherService;

/** The field and the clause on a node, which embeds with {@link WordModels}. */
public final class NodePlugin extends Plugin implements MapperPlugin, SearchPlugin {

    private final WordModels models = new WordModels();
    private volatile ClusterService cluster;
    private volatile IndexNameExpressionResolver resolver;
    private volatile NamedWriteableRegistry writeables;
    private volatile NamedXContentRegistry xContent;

    @Override
    public Collection<Object> createComponents(
            Client client,
            ClusterService clusterService,
            ThreadPool threadPool,
            ResourceWatcherService resourceWatcher,
            ScriptService scripts,
            NamedXContentRegistry xContent,
            Environment environment,
            NodeEnvironment nodeEnvironment,
            NamedWriteableRegistry writeables,
            IndexNameExpressionResolver resolver,
            Supplier<RepositoriesService> repositories) {
        this.cluster = clusterService;
        this.resolver = resolver;
        this.writeables = writeables;
        this.xContent = xContent;
        KnnPlugin.tell(clusterService);
        return List.of();
    }

    @Override
    public Map<String, Mapper.TypeParser> getMappers() {
        return Map.of(FieldConfig.TYPE, EmbeddingFieldMapper.parser(models));
    }

    @Override
    public List<QuerySpec<?>> getQueries() {
        QueryVectors vectors = new QueryVectors(models, new SearchedSpaces(
                () -> cluster.state(), () -> resolver, () -> writeables, () -> xContent, new FieldConfigs(models)));
        return List.of(new QuerySpec<>(
                SemanticQueryBuilder.NAME,
                in -> new SemanticQueryBuilder(in, vectors),
                parser -> SemanticQueryBuilder.fromXContent(parser, vectors)));
    }
}
