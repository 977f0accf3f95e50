package io.semanticsearch.plugin.models;

import io.semanticsearch.embedding.DynamicModel;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.ModelFacts;
import io.semanticsearch.embedding.remote.RemoteModels;
import java.util.ArrayList;
import java.util.List;

/** Whether both places of a dynamic model make the same vectors: by name, dimension, and what they make of a few texts. */
final class DynamicProof {

    /** Of several lengths, so that a prompt that one of the two puts before them moves some of their vectors. */
    static final List<String> TEXTS = List.of("semantic search", "How do I mend a flat tyre?",
            "Take the wheel off, find the hole with a bowl of water, roughen the rubber around it, glue the patch on, wait, and pump.");

    /** Either may be at 0.99 to the original, by its precision. */
    private static final double LEAST_COSINE = 0.98;

    private DynamicProof() {}

    /** What one place was found to be and made of the texts. */
    record Probed(ModelFacts facts, List<Embedding> documents, List<Embedding> queries) {}

    /** What to keep of the model; an {@link EmbeddingException.BadRequest} says what differs. */
    static ModelFacts check(DynamicModel definition, Probed local, Probed remote) {
        if (!RemoteModels.isSame(definition.local(), definition.remote())) {
            throw differs("the models [" + definition.local().model() + "] and [" + definition.remote().model()
                    + "] have different names");
        }
        int dimension = local.facts.dimension();
        if (remote.facts.dimension() != dimension) {
            throw differs("[local] has [" + dimension + "] dimensions and [remote] [" + remote.facts.dimension()
                    + "]; give both the same [dimensions]");
        }
        check("document", local.documents, remote.documents);
        check("query", local.queries, remote.queries);
        List<String> notes = new ArrayList<>(local.facts.notes());
        notes.add("larger requests are sent to [" + definition.remote().provider() + "]");
        ModelFacts facts = local.facts;
        return new ModelFacts(dimension, facts.space(), Math.min(facts.maxTokens(), remote.facts.maxTokens()), facts.pooling(),
                facts.prompts(), facts.precision(), facts.device(), notes);
    }

    private static void check(String role, List<Embedding> local, List<Embedding> remote) {
        for (int i = 0; i < TEXTS.size(); i++) {
            if (!(local.get(i) instanceof Embedding.Vector a) || !(remote.get(i) instanceof Embedding.Vector b)) {
                throw differs("[" + TEXTS.get(i) + "] could not be embedded as a " + role + " by both: [" + local.get(i)
                        + "], [" + remote.get(i) + "]");
            }
            double cosine = 0;
            for (int d = 0; d < a.values().length; d++) cosine += a.values()[d] * b.values()[d];
            if (cosine < LEAST_COSINE) {
                throw differs("the vectors of [" + TEXTS.get(i) + "] as a " + role + " have a cosine of [" + (float) cosine
                        + "], expected [" + LEAST_COSINE + "] or more; check revision, prompts, task and dimensions of both");
            }
        }
    }

    private static EmbeddingException.BadRequest differs(String what) {
        return new EmbeddingException.BadRequest(
                "[local] and [remote] of a [dynamic] model must make the same vectors, and do not: " + what);
    }
}
