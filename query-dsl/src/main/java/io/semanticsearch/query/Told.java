package io.semanticsearch.query;

import io.semanticsearch.field.FieldConfig;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a search for neighbours tells of itself.
 *
 * @param model id of the model that embedded what is looked for; empty where nothing was embedded
 * @param asked what is looked for, in words
 * @param k how many neighbours are kept
 * @param candidates how many the graph is searched for
 * @param filtered whether a filter decides what may be found
 * @param rescored how many of what was found are compared again at full precision; 0 for none
 * @param embeddingNanos how long embedding took on the coordinating node; empty where nobody asked
 */
record Told(
        FieldConfig field,
        Optional<String> model,
        String asked,
        int k,
        int candidates,
        boolean filtered,
        int rescored,
        OptionalLong embeddingNanos) {

    static Told of(FieldConfig field, Subject subject, Nearest nearest, boolean filtered, int rescored) {
        Subject.Embedded embedded = subject instanceof Subject.Embedded made ? made : null;
        String asked = embedded == null ? "vector as given" : switch (embedded.kind()) {
            case TEXT -> "text embedded as query";
            case IMAGE -> "image embedded as query";
            case EXAMPLES -> "examples, texts among them embedded as query";
        };
        return new Told(
                field, embedded == null ? Optional.empty() : nearest.model().or(field::model), asked, nearest.effectiveK(),
                nearest.effectiveCandidates(), filtered, rescored,
                embedded == null || embedded.nanos() == Subject.Embedded.UNMEASURED
                        ? OptionalLong.empty()
                        : OptionalLong.of(embedded.nanos()));
    }

    /** Where the first comparison was at full precision already. */
    Told withNothingRescored() {
        return new Told(field, model, asked, k, candidates, filtered, 0, embeddingNanos);
    }

    /** Who made the vector of what. */
    String origin() {
        return asked + model.map(id -> " by model [" + id + "]").orElse("") + ", space [" + field.space() + "]";
    }

    /** How the filter took part. */
    String filterMode(Cost cost) {
        if (!filtered) return "none";
        if (cost.exactSegments() == 0) return "in the graph";
        if (cost.exactSegments() >= cost.graphSegments()) return "exact";
        return "in the graph of " + cost.graphSegments() + " segments, exact in " + cost.exactSegments();
    }

    @Override
    public String toString() {
        return "semantic [" + field.path() + "]: " + origin() + ", similarity [" + field.similarity() + "], k [" + k
                + "], num_candidates [" + candidates + "]"
                + (rescored > 0 ? ", rescored at full precision [" + rescored + "]" : "");
    }
}
