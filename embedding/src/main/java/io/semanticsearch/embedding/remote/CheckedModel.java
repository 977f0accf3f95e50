package io.semanticsearch.embedding.remote;

import java.util.List;
import java.util.OptionalInt;

/**
 * What a server told about a model before anything was embedded.
 *
 * @param dimension numbers in a whole vector
 * @param textTokens tokens of one text that it reads at most
 * @param items texts in one call at most
 * @param notes what the user should know, a sentence each
 */
record CheckedModel(OptionalInt dimension, OptionalInt textTokens, OptionalInt items, List<String> notes) {

    static final CheckedModel UNTOLD = new CheckedModel(OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), List.of());

    CheckedModel {
        notes = List.copyOf(notes);
    }
}
