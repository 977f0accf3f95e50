package io.semanticsearch.plugin.transport;

import io.semanticsearch.embedding.AsyncEmbedding;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingRequest;
import io.semanticsearch.embedding.Role;
import io.semanticsearch.plugin.models.Model;
import io.semanticsearch.plugin.models.ModelRegistry;
import io.semanticsearch.plugin.models.ModelStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.action.ActionType;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.TransportAction;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.tasks.Task;
import org.opensearch.transport.TransportService;

/** Embeds texts or images without an index and answers in Ollama's shape. */
public final class EmbedAction extends TransportAction<EmbedAction.Request, MapAnswer> {

    public static final ActionType<MapAnswer> TYPE = new ActionType<>("cluster:admin/semantic/embed", MapAnswer::new);

    private final ModelRegistry registry;
    private final AsyncEmbedding embedding;

    @Inject
    public EmbedAction(TransportService transport, ActionFilters filters, NodeServices services) {
        super(TYPE.name(), filters, transport.getTaskManager());
        // The way to other nodes is laid by whichever action comes first.
        services.link(transport);
        this.registry = services.registry();
        this.embedding = services.embedding();
    }

    @Override
    protected void doExecute(Task task, Request request, ActionListener<MapAnswer> listener) {
        long start = System.nanoTime();
        String model = request.model.orElse(registry.defaultModel());
        // It may be deleted before the answer is there.
        Optional<Model> known = registry.model(model);
        Optional<IllegalArgumentException> tooMany = checkDimensions(known, request.dimensions);
        if (tooMany.isPresent()) {
            listener.onFailure(tooMany.get());
            return;
        }
        embedding.embed(new EmbeddingRequest(model, Optional.empty(), request.role, request.texts, request.images,
                request.keepAlive))
                .whenComplete((rows, failure) -> {
                    if (failure != null) {
                        Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                                ? failure.getCause()
                                : failure;
                        listener.onFailure(cause instanceof Exception exception ? exception : new IllegalStateException(cause));
                    } else {
                        ActionListener.completeWith(listener, () -> answer(
                                known.or(() -> registry.model(model)).orElseThrow(() -> ModelStore.missing(model)), model, rows,
                                request, System.nanoTime() - start));
                    }
                });
    }

    /** Before anything is embedded, and before an array of that length is made for a text that means nothing. */
    private static Optional<IllegalArgumentException> checkDimensions(Optional<Model> model, OptionalInt dimensions) {
        int most = model.map(known -> known.facts().dimension()).orElse(Integer.MAX_VALUE);
        if (dimensions.isEmpty() || dimensions.getAsInt() >= 1 && dimensions.getAsInt() <= most) return Optional.empty();
        return Optional.of(
                new IllegalArgumentException("[dimensions] is [" + dimensions.getAsInt() + "]; expected 1 to " + most));
    }

    private static MapAnswer answer(Model known, String model, List<Embedding> rows, Request request, long nanos) {
        int dimension = known.facts().dimension();
        List<Object> vectors = new ArrayList<>(rows.size());
        long tokens = 0;
        int truncated = 0;
        for (int i = 0; i < rows.size(); i++) {
            switch (rows.get(i)) {
                case Embedding.Vector vector -> {
                    if (vector.truncated() && !request.truncate)
                        throw refused(request, i, "is longer than the model reads; say [truncate]: true to cut it");
                    if (vector.truncated()) truncated++;
                    tokens += vector.tokens();
                    vectors.add(cut(vector.values(), request.dimensions));
                }
                // Clients expect a vector for each text; one without direction is what this text has.
                case Embedding.Nothing nothing -> vectors.add(new float[request.dimensions.orElse(dimension)]);
                case Embedding.Refused refused -> throw refused(request, i, "cannot be embedded: " + refused.reason());
                case Embedding.Passages passages -> throw new IllegalStateException("nobody asked for passages");
            }
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", model);
        body.put("embeddings", vectors);
        body.put("total_duration", nanos);
        body.put("prompt_eval_count", tokens);
        body.put("truncated", truncated);
        return new MapAnswer(body);
    }

    /** Matryoshka: the first dimensions, at unit length again. */
    private static float[] cut(float[] vector, OptionalInt dimensions) {
        if (dimensions.isEmpty() || dimensions.getAsInt() == vector.length) return vector;
        float[] cut = Arrays.copyOf(vector, dimensions.getAsInt());
        double squares = 0;
        for (float x : cut) squares += (double) x * x;
        if (squares == 0) return cut;
        double norm = Math.sqrt(squares);
        for (int i = 0; i < cut.length; i++) cut[i] = (float) (cut[i] / norm);
        return cut;
    }

    private static IllegalArgumentException refused(Request request, int row, String what) {
        String where = request.images.isEmpty() ? "[input]" : "[images]";
        return new IllegalArgumentException(where + " [" + row + "] " + what);
    }

    /** Texts or images to embed. */
    public static final class Request extends ActionRequest {

        private final Optional<String> model;
        private final List<String> texts;
        private final List<byte[]> images;
        private final Role role;
        private final OptionalInt dimensions;
        private final boolean truncate;
        private final Optional<Duration> keepAlive;

        /**
         * @param model id or alias; empty for the default model
         * @param dimensions to how many dimensions vectors are cut; empty for all
         * @param truncate whether a text that is too long is cut rather than refused
         * @param keepAlive how long the model stays on the node that embeds, from now on until it is unloaded there; empty for what it
         *        would without
         */
        public Request(Optional<String> model,
                List<String> texts,
                Role role,
                OptionalInt dimensions,
                boolean truncate,
                Optional<Duration> keepAlive) {
            this(model, texts, List.of(), role, dimensions, truncate, keepAlive);
        }

        /**
         * As the other, of texts or of images.
         *
         * @param texts none where there are images
         * @param images files of images, none where there are texts
         */
        public Request(Optional<String> model,
                List<String> texts,
                List<byte[]> images,
                Role role,
                OptionalInt dimensions,
                boolean truncate,
                Optional<Duration> keepAlive) {
            this.model = model;
            this.texts = texts;
            this.images = images;
            this.role = role;
            this.dimensions = dimensions;
            this.truncate = truncate;
            this.keepAlive = keepAlive;
        }

        @Override
        public ActionRequestValidationException validate() {
            return null;
        }
    }
}
