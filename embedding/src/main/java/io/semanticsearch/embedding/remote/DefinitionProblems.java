package io.semanticsearch.embedding.remote;

import io.semanticsearch.embedding.LongText;
import io.semanticsearch.embedding.RemoteModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/** What of a definition its provider cannot do, collected so that a user can mend everything at once. For one thread. */
final class DefinitionProblems {

    private final RemoteModel model;
    private final List<String> found = new ArrayList<>();

    DefinitionProblems(RemoteModel model) {
        this.model = model;
    }

    /** Dimensions that this model is known not to have; of a model that is not known the provider has to say so. */
    DefinitionProblems dimensions() {
        OptionalInt asked = model.dimensions();
        if (asked.isEmpty()) return this;
        KnownModels.find(model.model()).map(KnownModel::dimensions).filter(known -> !known.allows(asked.getAsInt()))
                .ifPresent(known -> found.add("[dimensions] is [" + asked.getAsInt() + "], expected " + known.expected()
                        + " for [" + model.model() + "]"));
        return this;
    }

    /** More dimensions than this model is known to have: a server may cut any model, and none can be made longer. */
    DefinitionProblems noMoreDimensions() {
        OptionalInt asked = model.dimensions();
        if (asked.isEmpty()) return this;
        KnownModels.find(model.model()).map(KnownModel::dimensions).filter(known -> asked.getAsInt() > known.largest())
                .ifPresent(known -> found.add("[dimensions] is [" + asked.getAsInt() + "], expected at most [" + known.largest()
                        + "] for [" + model.model() + "]"));
        return this;
    }

    /** @param why the others are not possible */
    DefinitionProblems longText(String why, LongText... possible) {
        if (Arrays.asList(possible).contains(model.longText())) return this;
        found.add("[long_text] is [" + model.longText().wireName() + "], expected "
                + (possible.length > 1 ? "one of " : "") + Arrays.stream(possible).map(LongText::wireName).toList() + ": " + why);
        return this;
    }

    /** Options that would overwrite what is written from other fields, or what answers are read by. */
    DefinitionProblems ownFields(String... names) {
        model.options().keySet().stream().filter(Arrays.asList(names)::contains).forEach(name -> found
                .add("[options] holds [" + name + "], which is written from the other fields of the definition; leave it out"));
        return this;
    }

    List<String> found() {
        return found;
    }
}
