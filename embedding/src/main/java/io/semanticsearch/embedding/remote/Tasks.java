package io.semanticsearch.embedding.remote;

import io.semanticsearch.embedding.Role;
import java.util.List;

/**
 * What a provider can be told that texts are for.
 *
 * @param known its names of tasks, empty when it has none
 * @param document the one for documents where the definition does not say otherwise, empty for none
 * @param query the one for queries where the definition does not say otherwise, empty for none
 */
record Tasks(List<String> known, String document, String query) {

    static final Tasks NONE = new Tasks(List.of(), "", "");

    Tasks {
        known = List.copyOf(known);
        for (String task : List.of(document, query)) {
            if (!task.isEmpty() && !known.contains(task)) throw new IllegalArgumentException("[" + task + "] is not in " + known);
        }
    }

    String of(Role role) {
        return switch (role) {
            case DOCUMENT -> document;
            case QUERY -> query;
        };
    }
}
