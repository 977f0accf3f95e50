package io.semanticsearch.plugin;

import io.semanticsearch.field.EmbeddingCodecService;
import io.semanticsearch.field.EmbeddingFieldMapper;
import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.GenerationQueryBuilder;
import io.semanticsearch.ingest.EmbedProcessor;
import io.semanticsearch.ingest.MappedFieldsProcessor;
import io.semanticsearch.plugin.models.ModelsMetadata;
import io.semanticsearch.plugin.models.NodeAttribute;
import io.semanticsearch.plugin.reembed.ReembedExecutor;
import io.semanticsearch.plugin.reembed.ReembedJob;
import io.semanticsearch.plugin.reembed.ReembedProgress;
import io.semanticsearch.plugin.rest.RestCatModels;
import io.semanticsearch.plugin.rest.RestEmbed;
import io.semanticsearch.plugin.rest.RestModels;
import io.semanticsearch.plugin.rest.RestOpenAiEmbeddings;
import io.semanticsearch.plugin.rest.RestReembed;
import io.semanticsearch.plugin.rest.RestStats;
import io.semanticsearch.plugin.transport.DeleteModelAction;
import io.semanticsearch.plugin.transport.EmbedAction;
import io.semanticsearch.plugin.transport.IndexStatusAction;
import io.semanticsearch.plugin.transport.KeepModelAction;
import io.semanticsearch.plugin.transport.PutModelAction;
import io.semanticsearch.plugin.transport.ReadModelsAction;
import io.semanticsearch.plugin.transport.ReembedAction;
import io.semanticsearch.plugin.transport.StatsAction;
import io.semanticsearch.query.DegradedExt;
import io.semanticsearch.query.FusionQueryBuilder;
import io.semanticsearch.query.PassageHighlighter;
import io.semanticsearch.query.QueryVectors;
import io.semanticsearch.query.SemanticQuery;
import io.semanticsearch.query.SemanticQueryBuilder;
import io.semanticsearch.query.SemanticRewrite;
import io.semanticsearch.query.ShowPassages;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.support.ActionFilter;
import org.opensearch.cluster.NamedDiff;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.metadata.Metadata;
import org.opensearch.cluster.node.DiscoveryNodes;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.settings.ClusterSettings;
import org.opensearch.common.settings.IndexScopedSettings;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.settings.SettingsFilter;
import org.opensearch.common.settings.SettingsModule;
import org.opensearch.core.ParseField;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.env.Environment;
import org.opensearch.env.NodeEnvironment;
import org.opensearch.index.IndexSettings;
import org.opensearch.index.codec.CodecServiceFactory;
import org.opensearch.index.mapper.Mapper;
import org.opensearch.index.mapper.MappingTransformer;
import org.opensearch.ingest.Processor;
import org.opensearch.persistent.PersistentTaskParams;
import org.opensearch.persistent.PersistentTaskState;
import org.opensearch.persistent.PersistentTasksExecutor;
import org.opensearch.plugins.ActionPlugin;
import org.opensearch.plugins.EnginePlugin;
import org.opensearch.plugins.IngestPlugin;
import org.opensearch.plugins.MapperPlugin;
import org.opensearch.plugins.PersistentTaskPlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.ReloadablePlugin;
import org.opensearch.plugins.SearchPipelinePlugin;
import org.opensearch.plugins.SearchPlugin;
import org.opensearch.repositories.RepositoriesService;
import org.opensearch.rest.RestController;
import org.opensearch.rest.RestHandler;
import org.opensearch.script.ScriptService;
import org.opensearch.search.fetch.FetchSubPhase;
import org.opensearch.search.fetch.subphase.highlight.Highlighter;
import org.opensearch.search.pipeline.SearchRequestProcessor;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.client.Client;
import org.opensearch.watcher.ResourceWatcherService;

/** The hooks by which OpenSearch finds the parts of this plugin. */
public final class SemanticSearchPlugin extends Plugin
        implements
            ActionPlugin,
            SearchPlugin,
            IngestPlugin,
            MapperPlugin,
            EnginePlugin,
            PersistentTaskPlugin,
            SearchPipelinePlugin,
            ReloadablePlugin {

    private final PluginServices services;

    /** Called by the node. */
    public SemanticSearchPlugin(Settings settings, Path config) {
        this.services = new PluginServices(settings, config);
    }

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
        return List.of(services.start(client, clusterService, threadPool, writeables, xContent, resolver));
    }

    @Override
    public void reload(Settings settings) {
        services.readSecrets(settings);
    }

    @Override
    public Settings additionalSettings() {
        return NodeAttribute.setting(services.runsModels());
    }

    @Override
    public List<Setting<?>> getSettings() {
        return SemanticSettings.all();
    }

    @Override
    public Map<String, Mapper.TypeParser> getMappers() {
        return Map.of(FieldConfig.TYPE, EmbeddingFieldMapper.parser(services.registry()));
    }

    @Override
    public List<MappingTransformer> getMappingTransformers() {
        return List.of(new DefaultModelTransformer(services.registry()));
    }

    @Override
    public Optional<CodecServiceFactory> getCustomCodecServiceFactory(IndexSettings index) {
        return EmbeddingCodecService.factory(index);
    }

    @Override
    public List<QuerySpec<?>> getQueries() {
        QueryVectors vectors = services.queryVectors();
        return List.of(
                new QuerySpec<>(
                        GenerationQueryBuilder.NAME, GenerationQueryBuilder::new, GenerationQueryBuilder::fromXContent),
                new QuerySpec<>(
                        SemanticQueryBuilder.NAME,
                        in -> new SemanticQueryBuilder(in, vectors),
                        parser -> SemanticQueryBuilder.fromXContent(parser, vectors)),
                new QuerySpec<>(FusionQueryBuilder.NAME, FusionQueryBuilder::new, FusionQueryBuilder::fromXContent));
    }

    @Override
    public List<SearchExtSpec<?>> getSearchExts() {
        return List.of(new SearchExtSpec<>(DegradedExt.NAME, DegradedExt::new, DegradedExt::fromXContent));
    }

    @Override
    public List<FetchSubPhase> getFetchSubPhases(FetchPhaseConstructionContext context) {
        return List.of(new ShowPassages());
    }

    @Override
    public Map<String, Highlighter> getHighlighters() {
        return Map.of(PassageHighlighter.TYPE, new PassageHighlighter());
    }

    @Override
    public Optional<ProfileMetricsProvider> getQueryProfileMetricsProvider() {
        return Optional.of((context, query) -> query instanceof SemanticQuery found ? found.metrics() : List.of());
    }

    @Override
    public Map<String, Processor.Factory> getProcessors(Processor.Parameters parameters) {
        return Map.of(
                EmbedProcessor.TYPE,
                new EmbedProcessor.Factory(services.embedding(), services.registry(), services.counts(),
                        services.formerDocuments(),
                        services::fieldsOf));
    }

    @Override
    public Map<String, Processor.Factory> getSystemIngestProcessors(Processor.Parameters parameters) {
        return Map.of(MappedFieldsProcessor.TYPE, new MappedFieldsProcessor.Factory(
                services.embedding(), services.registry(), services.counts(), services.formerDocuments(), services::mustEmbed));
    }

    @Override
    public Map<String, org.opensearch.search.pipeline.Processor.Factory<SearchRequestProcessor>> getRequestProcessors(
            SearchPipelinePlugin.Parameters parameters) {
        return Map.of(SemanticRewrite.TYPE, services.semanticRewrite(parameters.threadContext));
    }

    @Override
    public List<ActionFilter> getActionFilters() {
        return services.filters();
    }

    @Override
    public List<ActionHandler<? extends ActionRequest, ? extends ActionResponse>> getActions() {
        return List.of(
                new ActionHandler<>(PutModelAction.TYPE, PutModelAction.class),
                new ActionHandler<>(DeleteModelAction.TYPE, DeleteModelAction.class),
                new ActionHandler<>(ReadModelsAction.TYPE, ReadModelsAction.class),
                new ActionHandler<>(KeepModelAction.TYPE, KeepModelAction.class),
                new ActionHandler<>(StatsAction.TYPE, StatsAction.class),
                new ActionHandler<>(ReembedAction.TYPE, ReembedAction.class),
                new ActionHandler<>(IndexStatusAction.TYPE, IndexStatusAction.class),
                new ActionHandler<>(EmbedAction.TYPE, EmbedAction.class));
    }

    @Override
    public List<RestHandler> getRestHandlers(
            Settings settings,
            RestController controller,
            ClusterSettings clusterSettings,
            IndexScopedSettings indexSettings,
            SettingsFilter filter,
            IndexNameExpressionResolver resolver,
            Supplier<DiscoveryNodes> nodes) {
        return List.of(new RestModels(), new RestEmbed(), new RestOpenAiEmbeddings(), new RestStats(), new RestCatModels(),
                new RestReembed());
    }

    @Override
    public List<PersistentTasksExecutor<?>> getPersistentTasksExecutor(ClusterService clusterService,
            ThreadPool threadPool,
            Client client,
            SettingsModule settings,
            IndexNameExpressionResolver resolver) {
        return List.of(new ReembedExecutor(client, clusterService, services.fields()));
    }

    @Override
    public List<NamedWriteableRegistry.Entry> getNamedWriteables() {
        return List.of(
                new NamedWriteableRegistry.Entry(PersistentTaskParams.class, ReembedJob.NAME, ReembedJob::read),
                new NamedWriteableRegistry.Entry(PersistentTaskState.class, ReembedJob.NAME, ReembedProgress::read),
                new NamedWriteableRegistry.Entry(Task.Status.class, ReembedJob.NAME, ReembedProgress::read),
                new NamedWriteableRegistry.Entry(Metadata.Custom.class, ModelsMetadata.TYPE, ModelsMetadata::new),
                new NamedWriteableRegistry.Entry(NamedDiff.class, ModelsMetadata.TYPE, ModelsMetadata::readDiff));
    }

    @Override
    public List<NamedXContentRegistry.Entry> getNamedXContent() {
        ParseField job = new ParseField(ReembedJob.NAME);
        return List.of(
                new NamedXContentRegistry.Entry(
                        Metadata.Custom.class, new ParseField(ModelsMetadata.TYPE), ModelsMetadata::fromXContent),
                new NamedXContentRegistry.Entry(PersistentTaskParams.class, job, ReembedJob::fromXContent),
                new NamedXContentRegistry.Entry(PersistentTaskState.class, job, ReembedProgress::fromXContent));
    }

    @Override
    public void close() {
        services.close();
    }
}
