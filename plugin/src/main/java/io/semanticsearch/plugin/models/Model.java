package io.semanticsearch.plugin.models;

import io.semanticsearch.embedding.ModelDefinition;
import io.semanticsearch.embedding.ModelFacts;
import io.semanticsearch.field.ModelCatalog.KnownModel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A defined model.
 *
 * @param id the name under which users speak of it
 * @param definition how its vectors are made
 * @param facts what a probe found out about it
 */
public record Model(String id, ModelDefinition definition, ModelFacts facts) {

    private static final String DEFINITION = "definition";
    private static final String FACTS = "facts";

    public Model {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(definition, "definition");
        Objects.requireNonNull(facts, "facts");
    }

    KnownModel known() {
        return new KnownModel(id, facts.dimension(), facts.space());
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(DEFINITION, definition.toMap());
        map.put(FACTS, facts.toMap());
        return map;
    }

    @SuppressWarnings("unchecked")
    static Model of(String id, Map<String, Object> map) {
        return new Model(
                id,
                ModelDefinition.of(id, (Map<String, Object>) map.get(DEFINITION)),
                ModelFacts.of((Map<String, Object>) map.get(FACTS)));
    }
}
