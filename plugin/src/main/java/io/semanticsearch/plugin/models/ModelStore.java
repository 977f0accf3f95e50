package io.semanticsearch.plugin.models;

import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.ModelDefinition;
import io.semanticsearch.embedding.ModelFacts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.action.support.clustermanager.AcknowledgedRequest;
import org.opensearch.cluster.AckedClusterStateUpdateTask;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.node.DiscoveryNode;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.Priority;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.node.NodeClosedException;

/** Changes the models of the cluster state, on the cluster manager: defined is only what was proved to work, gone only what nobody uses. */
public final class ModelStore {

    private final ClusterService clusterService;
    private final ModelRegistry registry;
    private final ModelUsers users;
    private final NodeLink link;

    public ModelStore(ClusterService clusterService, ModelRegistry registry, ModelUsers users, NodeLink link) {
        this.clusterService = clusterService;
        this.registry = registry;
        this.users = users;
        this.link = link;
    }

    /** Probes a model on every node that runs models, then defines it. */
    public void put(String id,
            Map<String, Object> body,
            AcknowledgedRequest<?> request,
            ActionListener<Map<String, Object>> listener) {
        if (registry.isBuiltIn(id)) {
            throw conflict("model [" + id + "] is built in and cannot be defined anew; define one of your own under another id");
        }
        ModelDefinition definition = definition(id, body);
        checkNodes();
        checkNames(id, definition);
        List<DiscoveryNode> nodes = link.modelNodes();
        if (nodes.isEmpty()) {
            throw conflict("no node runs models, so [" + id
                    + "] cannot be proved to work; set [plugins.semantic.local.enabled] on a node");
        }
        long start = System.nanoTime();
        link.askAll(nodes, new ModelMessage(ModelMessage.What.PROBE, id, definition.toMap())).whenComplete((answers, failure) -> {
            if (failure != null) {
                listener.onFailure(Statuses.of(failure));
                return;
            }
            if (link.isClosing()) {
                // Upon this the asking node tries again with the next cluster manager.
                listener.onFailure(new NodeClosedException(clusterService.localNode()));
                return;
            }
            try {
                Model model = new Model(id, definition, proved(id, answers));
                Map<String, Object> result = new LinkedHashMap<>(describe(model, "ready"));
                result.put("nodes", List.copyOf(answers.keySet()));
                result.put("probe_ms", (System.nanoTime() - start) / 1_000_000);
                submit("put-semantic-model [" + id + "]", request, ActionListener.map(listener, (Boolean acknowledged) -> {
                    result.put("acknowledged", acknowledged);
                    return result;
                }), state -> with(model, state));
            } catch (RuntimeException e) {
                listener.onFailure(e);
            }
        });
    }

    /** Takes a model out of the cluster state. */
    public void delete(String id, AcknowledgedRequest<?> request, ActionListener<Map<String, Object>> listener) {
        if (registry.isBuiltIn(id)) throw conflict("model [" + id + "] is built in and cannot be deleted");
        submit("delete-semantic-model [" + id + "]", request,
                ActionListener.map(listener, (Boolean acknowledged) -> Map.of("acknowledged", acknowledged)), state -> {
                    Model model = ModelsMetadata.of(state).models().get(id);
                    if (model == null) throw missing(id);
                    checkUnused(model, state, "deleted");
                    return ModelsMetadata.of(state).without(id).in(state);
                });
    }

    /** What users see of a model. */
    public static Map<String, Object> describe(Model model, String state) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", model.id());
        map.put("state", state);
        map.putAll(model.facts().toMap());
        map.put("definition", model.definition().toMap());
        return map;
    }

    public static OpenSearchStatusException missing(String id) {
        return new OpenSearchStatusException("no model [" + id + "] is defined", RestStatus.NOT_FOUND);
    }

    private static ModelDefinition definition(String id, Map<String, Object> body) {
        try {
            return ModelDefinition.of(id, body);
        } catch (EmbeddingException e) {
            throw Statuses.of(e);
        }
    }

    private ClusterState with(Model model, ClusterState state) {
        // While it was proved, nodes may have come and others may have been defined.
        checkNodes();
        checkNames(model.id(), model.definition());
        ModelsMetadata defined = ModelsMetadata.of(state);
        Model before = defined.models().get(model.id());
        if (before != null && !before.facts().space().equals(model.facts().space()))
            checkUnused(before, state, "given another space");
        return defined.with(model).in(state);
    }

    private void checkUnused(Model model, ClusterState state, String what) {
        List<String> names = users.of(model, state);
        if (!names.isEmpty()) {
            throw conflict("model [" + model.id() + "] cannot be " + what + " while it is used by " + names
                    + "; the vectors made with it would fit nothing any more");
        }
    }

    private void checkNodes() {
        List<String> without = link.nodesWithoutPlugin();
        if (!without.isEmpty()) {
            throw conflict("nodes " + without
                    + " do not have the plugin [semantic-search] and could not read the definition; install it on"
                    + " every node first");
        }
    }

    private void checkNames(String id, ModelDefinition definition) {
        List<String> names = new ArrayList<>(definition.aliases());
        names.add(id);
        for (String name : names) {
            registry.model(name).filter(other -> !other.id().equals(id)).ifPresent(other -> {
                throw conflict("[" + name + "] already names the model [" + other.id() + "]; choose another id or alias");
            });
        }
    }

    private static ModelFacts proved(String id, Map<String, ModelMessage.Answer> answers) {
        List<String> failures = new ArrayList<>();
        boolean mayPass = true;
        List<ModelFacts> facts = new ArrayList<>();
        for (Map.Entry<String, ModelMessage.Answer> asked : answers.entrySet()) {
            String node = asked.getKey();
            ModelMessage.Answer answer = asked.getValue();
            if (answer.failure().isPresent()) {
                failures.add("on node [" + node + "]: " + answer.failure().get());
                mayPass &= !answer.isFromNode();
            } else {
                facts.add(facts(answer));
            }
        }
        if (!failures.isEmpty()) {
            throw new OpenSearchStatusException(
                    "model [" + id + "] was not defined, because it does not work " + String.join("; ", failures),
                    mayPass ? RestStatus.SERVICE_UNAVAILABLE : RestStatus.BAD_REQUEST);
        }
        for (ModelFacts other : facts) {
            if (!other.space().equals(facts.getFirst().space())) {
                throw new OpenSearchStatusException(
                        "model [" + id + "] was not defined, because its files differ between the nodes "
                                + answers.keySet() + "; copy the same files to each",
                        RestStatus.BAD_REQUEST);
            }
        }
        return facts.getFirst();
    }

    @SuppressWarnings("unchecked")
    private static ModelFacts facts(ModelMessage.Answer answer) {
        return ModelFacts.of((Map<String, Object>) answer.result().get("facts"));
    }

    private void submit(
            String source,
            AcknowledgedRequest<?> request,
            ActionListener<Boolean> listener,
            java.util.function.UnaryOperator<ClusterState> change) {
        clusterService.submitStateUpdateTask(source,
                new AckedClusterStateUpdateTask<Boolean>(Priority.NORMAL, request, listener) {
                    @Override
                    public ClusterState execute(ClusterState state) {
                        return change.apply(state);
                    }

                    @Override
                    protected Boolean newResponse(boolean acknowledged) {
                        return acknowledged;
                    }
                });
    }

    private static OpenSearchStatusException conflict(String message) {
        return new OpenSearchStatusException(message, RestStatus.CONFLICT);
    }
}
