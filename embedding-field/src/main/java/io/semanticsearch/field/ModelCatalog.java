package io.semanticsearch.field;

import java.util.Collection;
import java.util.Optional;

/**
 * What mappings may know of the models that are defined: enough to write a self-contained mapping. Answers at once from memory,
 * because mappings are parsed on the thread that applies the cluster state.
 */
public interface ModelCatalog {

    /** The model with this id or alias, as far as it is known on this node. */
    Optional<KnownModel> find(String idOrAlias);

    /** The model of a field that names none: the setting [plugins.semantic.default_model]. */
    String defaultModel();

    /** The ids that can be named, for messages. */
    Collection<String> ids();

    /**
     * A defined model.
     *
     * @param id its own id, never an alias
     * @param dimension length of its vectors
     * @param space id of the space its vectors live in
     */
    record KnownModel(String id, int dimension, String space) {}
}
