package io.semanticsearch.plugin;

import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.EmbeddingWorkers;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.embedding.ModelDefinition;
import io.semanticsearch.embedding.ModelFacts;
import io.semanticsearch.embedding.QueryCache;
import io.semanticsearch.embedding.hub.HubModels;
import io.semanticsearch.embedding.local.LocalModels;
import io.semanticsearch.embedding.local.Transformers;
import io.semanticsearch.embedding.remote.EndpointRules;
import io.semanticsearch.embedding.remote.RemoteModels;
import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.FieldConfigs;
import io.semanticsearch.ingest.RecoveredState;
import io.semanticsearch.ingest.CreatedDocuments;
import io.semanticsearch.ingest.DocumentAddress;
import io.semanticsearch.ingest.EmbeddingCounts;
import io.semanticsearch.ingest.FormerDocuments;
import io.semanticsearch.ingest.FreshUpdates;
import io.semanticsearch.ingest.WrittenIndex;
import io.semanticsearch.plugin.models.LoadedModels;
import io.semanticsearch.plugin.models.NodeModels;
import io.semanticsearch.plugin.models.Model;
import io.semanticsearch.plugin.models.ModelRegistry;
import io.semanticsearch.plugin.models.ModelUsers;
import io.semanticsearch.plugin.models.NodeEmbedding;
import io.semanticsearch.plugin.models.RequestWatch;
import io.semanticsearch.plugin.models.SlowLog;
import io.semanticsearch.plugin.reembed.ReembedJob;
import io.semanticsearch.plugin.transport.NodeServices;
import io.semanticsearch.query.OuterSearchFilter;
import io.semanticsearch.query.PushdownFilter;
import io.semanticsearch.query.QueryVectors;
import io.semanticsearch.query.SearchedSpaces;
import io.semanticsearch.query.SemanticRewrite;
import io.semanticsearch.query.VectorExcludes;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.action.support.ActionFilter;
import org.opensearch.cluster.metadata.IndexAbstraction;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.metadata.Metadata;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.common.settings.SecureString;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.env.Environment;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.Scheduler;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.client.Client;

/**
 * The objects of one node, made when the plugin is and closed in reverse. OpenSearch asks for queries and processors before it gives the
 * node's own services, so those arrive later, once, in {@link #start}.
 */
final class PluginServices implements Closeable {

    private static final Logger logger = LogManager.getLogger(PluginServices.class);

    private final Settings settings;
    private final ModelRegistry registry;
    private final KeystoreCredentials credentials;
    private final HubModels hub;
    private final RemoteModels remote;
    private final EmbeddingWorkers workers;
    private final SlowLog slowLog;
    private final RequestWatch watch;
    private final Optional<NodeModels> loaded;
    private final NodeEmbedding embedding;
    private final FieldConfigs fields;
    private final SearchedSpaces spaces;
    private final EmbeddingCounts counts = new EmbeddingCounts();
    private final RecoveredState recoveredState = new RecoveredState(() -> this.node.clusterService);
    private volatile boolean pushFilters;
    private volatile boolean lookUpVectors;
    private volatile Optional<String> hubToken = Optional.empty();
    private volatile Node node;
    private volatile NodeServices nodeServices;
    private volatile Scheduler.Cancellable idleCheck;

    /** What a node gives a plugin when it starts. */
    private record Node(
            Client client,
            ClusterService clusterService,
            ThreadPool threadPool,
            NamedWriteableRegistry registry,
            NamedXContentRegistry xContent,
            IndexNameExpressionResolver resolver) {}

    PluginServices(Settings settings, Path config) {
        this.settings = settings;
        this.credentials = new KeystoreCredentials(settings);
        this.pushFilters = SemanticSettings.PUSH_FILTERS.get(settings);
        this.lookUpVectors = SemanticSettings.LOOK_UP_VECTORS.get(settings);
        readSecrets(settings);
        Path data = new Environment(settings, config).dataFiles()[0].resolve("semantic-search");
        this.hub = new HubModels(data.resolve("models"), SemanticSettings.hub(settings, () -> hubToken));
        LocalModels local = new LocalModels(
                config.resolve("semantic-search").resolve("models"), transformers(settings, data.resolve("graphs")), hub);
        this.remote = new RemoteModels(
                SemanticSettings.remote(settings, config),
                new EndpointRules(SemanticSettings.ALLOWED_ENDPOINTS.get(settings)),
                credentials);
        this.registry = new ModelRegistry(
                LocalModels.builtIns().stream().map(id -> builtIn(id, local)).toList(),
                SemanticSettings.DEFAULT_MODEL.get(settings));
        this.workers = new EmbeddingWorkers(
                SemanticSettings.LOCAL_THREADS.get(settings), SemanticSettings.QUERY_THREADS.get(settings),
                SemanticSettings.queueBounds(settings));
        this.slowLog = new SlowLog(SemanticSettings.slowQuery(settings), SemanticSettings.slowDocuments(settings));
        this.watch = new RequestWatch(slowLog, this::opaqueId);
        this.loaded = runsModels()
                ? Optional.of(new NodeModels(
                        new LoadedModels(local, workers, SemanticSettings.LOCAL_MEMORY.get(settings).getBytes()), remote, watch))
                : Optional.empty();
        this.embedding = new NodeEmbedding(
                registry,
                loaded,
                new QueryCache(SemanticSettings.QUERY_CACHE_BYTES.get(settings).getBytes()),
                watch,
                () -> nodeServices.link().orElseThrow(),
                () -> node.threadPool);
        this.fields = new FieldConfigs(registry);
        this.spaces = new SearchedSpaces(() -> node.clusterService.state(), () -> node.resolver, () -> node.registry,
                () -> node.xContent, fields);
    }

    /** The native library lies in the plugin's own folder, where it can be opened without a permission. */
    private static Transformers transformers(Settings settings, Path cache) {
        Optional<Path> library = Optional.of(SemanticSettings.ONNXRUNTIME_LIBRARY.get(settings)).filter(path -> !path.isEmpty())
                .map(Path::of);
        return new Transformers(PluginFolder.NATIVES, library, cache, (level, message, place) -> logger
                .log(level == System.Logger.Level.ERROR ? Level.ERROR : Level.WARN, "ONNX Runtime: {} ({})", message, place),
                SemanticSettings.loneQueries(settings));
    }

    /** The keystore can be read only now: what is wanted of it later is kept. */
    void readSecrets(Settings settings) {
        credentials.read(settings);
        try (SecureString token = SemanticSettings.HUB_TOKEN.get(settings)) {
            hubToken = Optional.of(token.toString()).filter(text -> !text.isEmpty());
        }
    }

    private static Model builtIn(String id, LocalModels local) {
        ModelDefinition definition = ModelDefinition.of(id, Map.of("provider", "local", "model", id));
        try (EmbeddingFunction function = local.open((LocalModel) definition)) {
            return new Model(id, definition, ModelFacts.of(function));
        }
    }

    NodeServices start(
            Client client,
            ClusterService clusterService,
            ThreadPool threadPool,
            NamedWriteableRegistry writeables,
            NamedXContentRegistry xContent,
            IndexNameExpressionResolver resolver) {
        node = new Node(client, clusterService, threadPool, writeables, xContent, resolver);
        nodeServices = new NodeServices(
                clusterService, registry, new ModelUsers(fields, registry), fields, loaded, embedding,
                () -> NodeStats.of(embedding, counts, workers, loaded, watch));
        clusterService.getClusterSettings().addSettingsUpdateConsumer(SemanticSettings.DEFAULT_MODEL, registry::setDefaultModel);
        clusterService.getClusterSettings()
                .addSettingsUpdateConsumer(SemanticSettings.PUSH_FILTERS, pushed -> pushFilters = pushed);
        clusterService.getClusterSettings()
                .addSettingsUpdateConsumer(SemanticSettings.LOOK_UP_VECTORS, looked -> lookUpVectors = looked);
        clusterService.getClusterSettings()
                .addSettingsUpdateConsumer(changed -> workers.setBounds(SemanticSettings.queueBounds(changed)),
                        List.of(SemanticSettings.QUEUE_BYTES, SemanticSettings.QUEUE_TOKENS));
        clusterService.getClusterSettings().addSettingsUpdateConsumer(
                changed -> slowLog.set(SemanticSettings.slowQuery(changed), SemanticSettings.slowDocuments(changed)),
                SemanticSettings.SLOWLOG);
        clusterService.addListener(event -> {
            if (event.metadataChanged()) watch.retain(registry.models());
        });
        // Ahead of pipelines and mappings, which name models.
        clusterService.addHighPriorityApplier(registry);
        clusterService.addHighPriorityApplier(recoveredState);
        loaded.ifPresent(models -> {
            clusterService.getClusterSettings()
                    .addSettingsUpdateConsumer(SemanticSettings.LOCAL_MEMORY, memory -> models.setMemory(memory.getBytes()));
            clusterService.addListener(event -> {
                // Elsewhere, because closing a model takes longer than the thread that applies cluster states may be kept.
                if (event.metadataChanged()) threadPool.generic().execute(() -> models.retain(registry::models));
            });
            idleCheck = threadPool.scheduleWithFixedDelay(() -> {
                models.retain(registry::models);
                models.unloadIdle();
            }, SemanticSettings.IDLE_CHECK.get(settings), ThreadPool.Names.GENERIC);
        });
        return nodeServices;
    }

    private Optional<String> opaqueId() {
        return Optional.ofNullable(node.threadPool.getThreadContext().getHeader(Task.X_OPAQUE_ID));
    }

    boolean runsModels() {
        return SemanticSettings.LOCAL_ENABLED.get(settings);
    }

    ModelRegistry registry() {
        return registry;
    }

    EmbeddingCounts counts() {
        return counts;
    }

    /** Whether documents that this thread writes must be embedded or refused, whatever their mapping says. */
    boolean mustEmbed() {
        return ReembedJob.isRunning(node.threadPool.getThreadContext());
    }

    FieldConfigs fields() {
        return fields;
    }

    NodeEmbedding embedding() {
        return embedding;
    }

    QueryVectors queryVectors() {
        return new QueryVectors(embedding, spaces);
    }

    List<ActionFilter> filters() {
        return List.of(
                recoveredState,
                new OuterSearchFilter(() -> node.threadPool.getThreadContext(), () -> node.clusterService.localNode().getId()),
                new FreshUpdates(this::indexOf, () -> node.client),
                new CreatedDocuments(() -> node.threadPool.getThreadContext()),
                pushdown(),
                new VectorExcludes(spaces, this::servesWriting));
    }

    private PushdownFilter pushdown() {
        return new PushdownFilter(() -> node.xContent, () -> pushFilters);
    }

    SemanticRewrite.Factory semanticRewrite(ThreadContext threadContext) {
        return new SemanticRewrite.Factory(spaces, queryVectors(), pushdown(), this::servesWriting, threadContext);
    }

    private boolean servesWriting(TaskId task) {
        return nodeServices.link().filter(link -> link.writes(task)).isPresent();
    }

    /** The index that documents go to under a name; empty if there is no such index yet. */
    private Optional<WrittenIndex> indexOf(String name) {
        IndexAbstraction named = node.clusterService.state().metadata().getIndicesLookup().get(name);
        if (named == null) return Optional.empty();
        IndexMetadata written = named.getWriteIndex();
        return Optional.of(written == null
                ? new WrittenIndex(name, List.of())
                : new WrittenIndex(written.getIndex().getName(), fields.of(written)));
    }

    FormerDocuments formerDocuments() {
        return new FormerDocuments(() -> node.client, this::located, this::isLookedUp);
    }

    /** Not for a static model, which embeds a text in less time; nor for a job that makes the vectors which documents lack. */
    private boolean isLookedUp(String model) {
        return lookUpVectors && !mustEmbed() && registry.model(model).filter(known -> !known.facts().immediate()).isPresent();
    }

    /** Where a document that goes by this name and routing would stand. A data stream takes new documents only. */
    private Optional<DocumentAddress> located(DocumentAddress named) {
        Metadata metadata = node.clusterService.state().metadata();
        IndexAbstraction target = metadata.getIndicesLookup().get(named.index());
        if (target == null || target.getType() == IndexAbstraction.Type.DATA_STREAM || target.getWriteIndex() == null)
            return Optional.empty();
        return Optional.of(new DocumentAddress(target.getWriteIndex().getIndex().getName(), named.id(),
                metadata.resolveWriteIndexRouting(named.routing(), named.index())));
    }

    /** The embedding fields of the index that documents go to under a name. */
    List<FieldConfig> fieldsOf(String name) {
        return indexOf(name).map(WrittenIndex::fields).orElse(List.of());
    }

    @Override
    public void close() {
        if (idleCheck != null) idleCheck.cancel();
        workers.close();
        loaded.ifPresent(NodeModels::close);
        remote.close();
        hub.close();
    }
}
