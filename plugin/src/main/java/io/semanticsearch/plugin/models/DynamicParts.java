package io.semanticsearch.plugin.models;

import io.semanticsearch.embedding.DynamicModel;

/**
 * The two places of a dynamic model, as models of their own.
 *
 * @param local under the id of the whole, so that it is loaded, unloaded and shown as that
 * @param remote under an id that no user can give
 */
record DynamicParts(Model local, Model remote) {

    /** The id of the part on a server. */
    static String remoteId(String id) {
        return id + "/remote";
    }

    static DynamicParts of(Model model, DynamicModel definition) {
        return new DynamicParts(new Model(model.id(), definition.local(), model.facts()),
                new Model(remoteId(model.id()), definition.remote(), model.facts()));
    }
}
