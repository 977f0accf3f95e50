package io.semanticsearch.embedding.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.semanticsearch.embedding.Prompts;
import io.semanticsearch.embedding.RemoteModel;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one provider speaks: how texts become a request, an answer becomes vectors, and an error its meaning. Knows nothing of connections,
 * times and attempts. Without state, safe for many threads; registered in {@link Providers}.
 */
interface Provider {

    /** Its name in definitions, one of {@link RemoteModel#PROVIDERS}. */
    String name();

    /** Where it is when the definition does not say so; empty when the definition must. */
    Optional<URI> defaultEndpoint();

    /** Whether it must be shown a key, where it is run by its makers: at its default endpoint, or anywhere where it has none. */
    boolean needsKey();

    /** How much it takes in one call. */
    Limits limits(RemoteModel model);

    /** What it can be told that texts are for. */
    default Tasks tasks(RemoteModel model) {
        return Tasks.NONE;
    }

    /** Whether a call may have to wait for the model to be loaded, which it must not be ended for: some servers would begin anew. */
    default boolean loadsModels(RemoteModel model) {
        return false;
    }

    /** How it reads images with this model; empty where it reads none. */
    default Optional<ImageReading> images(RemoteModel model) {
        return Optional.empty();
    }

    /** Which of its models read images, for messages; empty where none does. */
    default List<String> imageModels() {
        return List.of();
    }

    /** The model's name in its {@link io.semanticsearch.embedding.Space}, where several names stand for one. */
    default String spaceName(RemoteModel model) {
        return model.model();
    }

    /** What has to be put before the texts of this model because the provider does not do so itself. */
    default Prompts prompts(RemoteModel model) {
        return KnownModels.prompts(model.model());
    }

    /**
     * Which of several models of one name this is, for its {@link io.semanticsearch.embedding.Space}; empty where the name says all.
     */
    default String revision(RemoteModel model) {
        return "";
    }

    /** What of the definition it cannot do, a sentence each; tasks and a missing endpoint or key are checked for it. */
    default List<String> problems(RemoteModel model) {
        return List.of();
    }

    /** The headers that show a key. */
    default Map<String, String> keyHeaders(String key) {
        return Map.of("Authorization", "Bearer " + key);
    }

    /** A question to ask when a model is opened, before anything is embedded; empty when embedding a text tells enough. */
    default Optional<WireRequest> check(WireCall call) {
        return Optional.empty();
    }

    /** What the answer to {@link #check} tells; an {@link io.semanticsearch.embedding.EmbeddingException} where it rules the model out. */
    default CheckedModel checked(RemoteModel model, JsonNode answer) {
        return CheckedModel.UNTOLD;
    }

    /** Whether it can be told to cut long texts itself, see {@link WireCall#mayCut}. */
    default boolean cutsTexts() {
        return false;
    }

    /** The request for vectors of these texts. */
    WireRequest request(WireCall call);

    /** The request for vectors of images, where {@link #images} says how. */
    default WireRequest imageRequest(WireCall call) {
        throw new IllegalStateException("[" + name() + "] reads no images");
    }

    /**
     * The vectors of an answer with status 2xx. Their number, dimension and numbers are checked by the caller.
     *
     * @throws UnusableAnswerException when it is misshapen
     */
    WireAnswer answer(WireCall call, JsonNode body, WireHeaders headers);

    /** What an answer with another status means; {@link WireError#usual} knows what is common to all. */
    default Fault fault(WireCall call, WireError error) {
        return error.usual();
    }
}
