package io.semanticsearch.plugin.models;

import io.semanticsearch.field.ModelCatalog;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.opensearch.cluster.ClusterChangedEvent;
import org.opensearch.cluster.ClusterStateApplier;

/**
 * The models that this node knows: the built-in ones and those of the cluster state, by id and alias. Answers from memory; what it
 * answers changes when a cluster state is applied, ahead of pipelines and mappings.
 */
public final class ModelRegistry implements ModelCatalog, ClusterStateApplier {

    private final Map<String, Model> builtIn;
    private volatile String defaultModel;
    private volatile Map<String, Model> byName;
    private volatile List<Model> models;

    public ModelRegistry(Collection<Model> builtIn, String defaultModel) {
        this.builtIn = new HashMap<>();
        for (Model model : builtIn) this.builtIn.put(model.id(), model);
        this.defaultModel = defaultModel;
        set(Map.of());
    }

    @Override
    public void applyClusterState(ClusterChangedEvent event) {
        ModelsMetadata now = ModelsMetadata.of(event.state());
        if (event.previousState() == null || !now.equals(ModelsMetadata.of(event.previousState()))) set(now.models());
    }

    private void set(Map<String, Model> defined) {
        Map<String, Model> names = new HashMap<>();
        for (Model model : defined.values()) {
            names.put(model.id(), model);
            for (String alias : model.definition().aliases()) names.put(alias, model);
        }
        names.putAll(builtIn);
        List<Model> all = new ArrayList<>(builtIn.values());
        all.addAll(defined.values());
        byName = Map.copyOf(names);
        models = List.copyOf(all);
    }

    /** The model with this id or alias. */
    public Optional<Model> model(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** All models, the built-in ones first. */
    public List<Model> models() {
        return models;
    }

    public boolean isBuiltIn(String id) {
        return builtIn.containsKey(id);
    }

    public void setDefaultModel(String id) {
        defaultModel = id;
    }

    @Override
    public Optional<KnownModel> find(String idOrAlias) {
        return model(idOrAlias).map(Model::known);
    }

    @Override
    public String defaultModel() {
        return defaultModel;
    }

    @Override
    public Collection<String> ids() {
        Collection<String> ids = new TreeSet<>();
        for (Model model : models) ids.add(model.id());
        return ids;
    }
}
