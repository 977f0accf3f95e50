package io.semanticsearch.embedding.remote;

import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingException;
import java.util.OptionalInt;

/**
 * What has to be true of an answer before its vectors are used.
 *
 * @param dimension what vectors must have; empty while it is to be found out
 */
record AnswerCheck(Server server, OptionalInt dimension) {

    /**
     * The answer of a call, with a vector for each of its texts or images; tokens are counted.
     *
     * @param expected how many they are
     */
    WireAnswer read(WireCall call, CallResult.Answered answered, int expected) {
        WireAnswer answer;
        try {
            answer = server.provider().answer(call, answered.body(), answered.headers());
        } catch (UnusableAnswerException e) {
            throw broken("answered in a form that it should not: " + e.getMessage());
        }
        if (answer.vectors().size() != expected) {
            throw broken("returned [" + answer.vectors().size() + "] vectors for [" + expected + "] "
                    + (call.images().isEmpty() ? "texts" : "images"));
        }
        for (float[] values : answer.vectors()) {
            if (values.length != dimension.orElse(values.length) || values.length == 0) {
                throw broken("returned a vector of [" + values.length + "] dimensions, expected [" + dimension.orElse(1) + "]"
                        + (dimension.isEmpty() ? " or more" : "; define the model again if it was replaced"));
            }
        }
        answer.tokens().ifPresent(server.usage().tokens::add);
        return answer;
    }

    /** The vector at length 1, or what there is in place of one. */
    Embedding embedding(float[] values, int tokens, boolean truncated, String what) {
        for (float value : values) {
            if (!Float.isFinite(value)) return refused("it returned [" + value + "] in the vector of this " + what);
        }
        float[] unit = Vectors.unit(values);
        if (unit.length == 0) return Embedding.NOTHING;
        server.usage().texts.increment();
        if (truncated) server.usage().truncated.increment();
        return new Embedding.Vector(unit, tokens, truncated);
    }

    /** That one text or image alone cannot be embedded. */
    Embedding.Refused refused(String reason) {
        server.usage().refused.increment();
        return new Embedding.Refused(server.subject() + ": " + reason);
    }

    private EmbeddingException.BrokenModel broken(String what) {
        return new EmbeddingException.BrokenModel(server.subject() + " " + what);
    }
}
