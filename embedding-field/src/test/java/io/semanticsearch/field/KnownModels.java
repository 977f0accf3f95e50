package io.semanticsearch.field;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A catalog of the models that a test knows; the first is the default. One model has an alias. */
final class KnownModels implements ModelCatalog {

    static final KnownModel SMALL = new KnownModel("small", 3, "a1");
    static final KnownModel OTHER = new KnownModel("other", 3, "b2");
    static final KnownModel LARGE = new KnownModel("large", 3_072, "c3");

    /** Another name of {@link #SMALL}. */
    static final String ALIAS = "tiny";

    private final Map<String, KnownModel> models = new LinkedHashMap<>();
    private String defaultModel;

    private KnownModels(String defaultModel) {
        this.defaultModel = defaultModel;
    }

    static KnownModels of(KnownModel... known) {
        KnownModels catalog = new KnownModels(known[0].id());
        catalog.know(known);
        return catalog;
    }

    static KnownModels all() {
        return of(SMALL, OTHER, LARGE);
    }

    /** What a node knows before it has heard of any model. */
    static KnownModels none() {
        return new KnownModels("small");
    }

    void defaultIs(String model) {
        defaultModel = model;
    }

    void forget() {
        models.clear();
    }

    void know(KnownModel... known) {
        Arrays.stream(known).forEach(model -> models.put(model.id(), model));
    }

    @Override
    public Optional<KnownModel> find(String idOrAlias) {
        return Optional.ofNullable(models.get(idOrAlias.equals(ALIAS) ? SMALL.id() : idOrAlias));
    }

    @Override
    public String defaultModel() {
        return defaultModel;
    }

    @Override
    public Collection<String> ids() {
        return List.copyOf(models.keySet());
    }
}
