package io.semanticsearch.plugin.models;

import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingRequest;
import io.semanticsearch.embedding.ModelDefinition;
import io.semanticsearch.embedding.ModelFacts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.opensearch.ExceptionsHelper;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.action.support.ChannelActionListener;
import org.opensearch.cluster.node.DiscoveryNode;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.lifecycle.Lifecycle;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.core.transport.TransportResponse;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.action.ActionListenerResponseHandler;
import org.opensearch.transport.TransportRequestOptions;
import org.opensearch.transport.TransportService;

/** What nodes ask of each other: to embed texts, and to probe, load or unload a model. Users need no right for it. */
public final class NodeLink {

    private static final String EMBED = "internal:semantic/embed";
    private static final String MODEL = "internal:semantic/model";

    /** Should a text ever end the process that embeds it, it must not go through the whole cluster. */
    private static final int MAX_LOST = 2;

    private final TransportService transport;
    private final ClusterService clusterService;
    private final ModelRegistry registry;
    private final Optional<NodeModels> local;
    private final Supplier<Map<String, Object>> stats;

    /** @param stats what this node says of itself when asked */
    public NodeLink(
            TransportService transport,
            ClusterService clusterService,
            ModelRegistry registry,
            Optional<NodeModels> local,
            Supplier<Map<String, Object>> stats) {
        this.transport = transport;
        this.clusterService = clusterService;
        this.registry = registry;
        this.local = local;
        this.stats = stats;
        transport.registerRequestHandler(
                EMBED, ThreadPool.Names.SAME, EmbedMessage::new, (request, channel, task) -> answer(
                        embedHere(request), EmbedMessage.Rows::new, new ChannelActionListener<>(channel, EMBED, request)));
        transport.registerRequestHandler(
                MODEL, ThreadPool.Names.SAME, ModelMessage::new, (request, channel, task) -> answer(
                        onThisNode(request), ModelMessage.Answer::new, new ChannelActionListener<>(channel, MODEL, request)));
    }

    /** Nodes of the cluster on which models run. */
    public List<DiscoveryNode> modelNodes() {
        List<DiscoveryNode> nodes = new ArrayList<>();
        for (DiscoveryNode node : clusterService.state().nodes()) {
            if (NodeAttribute.runsModels(node)) nodes.add(node);
        }
        return nodes;
    }

    /** Nodes of the cluster that have the plugin. */
    public List<DiscoveryNode> nodesWithPlugin() {
        List<DiscoveryNode> nodes = new ArrayList<>();
        for (DiscoveryNode node : clusterService.state().nodes()) {
            if (NodeAttribute.hasPlugin(node)) nodes.add(node);
        }
        return nodes;
    }

    /** Names of the nodes that do not have the plugin. */
    public List<String> nodesWithoutPlugin() {
        List<String> names = new ArrayList<>();
        for (DiscoveryNode node : clusterService.state().nodes()) {
            if (!NodeAttribute.hasPlugin(node)) names.add(node.getName());
        }
        return names;
    }

    /** Whether another node runs models. */
    boolean hasOthers() {
        return !others().isEmpty();
    }

    private List<DiscoveryNode> others() {
        List<DiscoveryNode> nodes = modelNodes();
        nodes.remove(transport.getLocalNode());
        return nodes;
    }

    CompletableFuture<List<Embedding>> embedElsewhere(Model model, EmbeddingRequest request) {
        List<DiscoveryNode> nodes = others();
        if (nodes.isEmpty()) {
            return CompletableFuture.failedFuture(new OpenSearchStatusException(
                    "no node runs models: [" + "plugins.semantic.local.enabled"
                            + "] is false, or was not set on a data node, everywhere; set it to true on at least one node",
                    RestStatus.SERVICE_UNAVAILABLE));
        }
        Collections.shuffle(nodes, ThreadLocalRandom.current());
        EmbedMessage message = new EmbedMessage(new EmbeddingRequest(model.id(), Optional.of(model.facts().space()),
                request.role(), request.texts(), request.images(), request.keepAlive(), request.cached(),
                request.passages()));
        return askInTurn(nodes.iterator(), model, message, 0).thenApply(EmbedMessage.Rows::rows);
    }

    /** Another node that runs models can do the same: one that goes away, or cannot do it now, is no reason to fail. */
    private CompletableFuture<EmbedMessage.Rows> askInTurn(
            Iterator<DiscoveryNode> nodes,
            Model model,
            EmbedMessage message,
            int lost) {
        DiscoveryNode node = nodes.next();
        return ask(node, EMBED, message, EmbedMessage.Rows::new).exceptionallyCompose(failure -> {
            Throwable cause = cause(failure);
            if (!OutOfReach.is(cause, model)) return CompletableFuture.failedFuture(failure);
            int lostNow = OutOfReach.isGone(cause) ? lost + 1 : lost;
            return nodes.hasNext() && lostNow < MAX_LOST
                    ? askInTurn(nodes, model, message, lostNow)
                    : CompletableFuture.failedFuture(OutOfReach.told(node, cause, model));
        });
    }

    /** Asks nodes to do something with a model; the answer holds, by node name, what came of it or why not. */
    public CompletableFuture<Map<String, ModelMessage.Answer>> askAll(Collection<DiscoveryNode> nodes, ModelMessage message) {
        Map<String, ModelMessage.Answer> answers = new TreeMap<>();
        CompletableFuture<?>[] all = nodes.stream()
                .map(node -> ask(node, MODEL, message, ModelMessage.Answer::new)
                        .exceptionally(failure -> unanswered(cause(failure)))
                        .thenAccept(answer -> {
                            synchronized (answers) {
                                answers.put(node.getName(), answer);
                            }
                        }))
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(all).thenApply(ignored -> answers);
    }

    private static ModelMessage.Answer unanswered(Throwable cause) {
        return OutOfReach.isNodes(cause)
                ? ModelMessage.Answer.missing(OutOfReach.reason(cause))
                : ModelMessage.Answer.failed(cause.getMessage());
    }

    /** Whether this node is going away, so that others did not answer it for that alone. */
    boolean isClosing() {
        return transport.lifecycleState() != Lifecycle.State.STARTED;
    }

    /** Whether a task of this node writes what its searches find, as reindexing does. */
    public boolean writes(TaskId id) {
        if (!id.isSet() || !id.getNodeId().equals(transport.getLocalNode().getId())) return false;
        Task task = transport.getTaskManager().getTask(id.getId());
        return task != null && task.getAction().startsWith("indices:data/write/");
    }

    private CompletableFuture<List<Embedding>> embedHere(EmbedMessage message) {
        EmbeddingRequest request = message.request();
        Optional<Model> model = registry.model(request.model());
        if (model.isEmpty() || !model.get().facts().space().equals(request.space().orElseThrow())) {
            return CompletableFuture.failedFuture(new OpenSearchStatusException("model [" + request.model()
                    + "] is not defined on this node as it is on the asking one; try again", RestStatus.SERVICE_UNAVAILABLE));
        }
        return models().run(model.get(), request);
    }

    private CompletableFuture<ModelMessage.Answer> onThisNode(ModelMessage message) {
        return switch (message.what()) {
            case PROBE -> {
                ModelDefinition definition = ModelDefinition.of(message.id(), message.definition());
                long start = System.nanoTime();
                yield models().probe(message.id(), definition).thenApply(facts -> probed(facts, start));
            }
            case LOAD -> models().load(registry.model(message.id()).orElseThrow(() -> ModelStore.missing(message.id())))
                    .thenApply(NodeLink::loaded);
            case STATS -> CompletableFuture.completedFuture(ModelMessage.Answer.of(stats.get()));
            // Closing a model takes longer than a network thread may be kept.
            case UNLOAD -> CompletableFuture.supplyAsync(
                    () -> ModelMessage.Answer.of(Map.of("unloaded", models().unload(message.id()))),
                    transport.getThreadPool().generic());
        };
    }

    private static ModelMessage.Answer loaded(Map<String, Object> stats) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("loaded", true);
        for (String key : List.of("memory_bytes", "load_ms")) result.put(key, stats.get(key));
        return ModelMessage.Answer.of(result);
    }

    private static ModelMessage.Answer probed(ModelFacts facts, long start) {
        return ModelMessage.Answer.of(Map.of("facts", facts.toMap(), "probe_ms", (System.nanoTime() - start) / 1_000_000));
    }

    private NodeModels models() {
        return local.orElseThrow(
                () -> new OpenSearchStatusException("models do not run on this node", RestStatus.SERVICE_UNAVAILABLE));
    }

    private <T extends TransportResponse> CompletableFuture<T> ask(
            DiscoveryNode node,
            String action,
            org.opensearch.transport.TransportRequest message,
            org.opensearch.core.common.io.stream.Writeable.Reader<T> reader) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        ThreadContext context = transport.getThreadPool().getThreadContext();
        // Between nodes the plugin acts for itself: who may search or index needs no right to ask a model.
        try (ThreadContext.StoredContext _ = context.stashContext()) {
            transport.sendRequest(
                    node,
                    action,
                    message,
                    TransportRequestOptions.EMPTY,
                    new ActionListenerResponseHandler<>(ActionListener.wrap(answer::complete, answer::completeExceptionally),
                            reader));
        }
        return answer;
    }

    private static <T, R extends TransportResponse> void answer(
            CompletableFuture<T> result,
            java.util.function.Function<T, R> response,
            ActionListener<R> channel) {
        result.whenComplete((value, failure) -> {
            if (failure == null) {
                channel.onResponse(response.apply(value));
            } else {
                channel.onFailure(Statuses.of(cause(failure)));
            }
        });
    }

    /** What went wrong, without what only says on which way it came here. */
    private static Throwable cause(Throwable failure) {
        return ExceptionsHelper
                .unwrapCause(failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure);
    }
}
