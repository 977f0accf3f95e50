package io.semanticsearch.query;

import io.semanticsearch.embedding.AsyncEmbedding;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.EmbeddingRequest;
import io.semanticsearch.field.ModelCatalog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/**
 * Small models that count words: each word has a place of its own in a vector, another one in each space. Texts without words mean
 * nothing to them, and the word {@value #UNSPEAKABLE} they refuse. Images are words to them, too: their bytes as ASCII.
 */
final class WordModels implements AsyncEmbedding, ModelCatalog {

    static final KnownModel ENGLISH = new KnownModel("english", 8, "aaaaaaaaaaaaaaaa");
    static final KnownModel BRITISH = new KnownModel("british", 8, "aaaaaaaaaaaaaaaa");
    static final KnownModel FRENCH = new KnownModel("french", 16, "bbbbbbbbbbbbbbbb");
    static final String UNSPEAKABLE = "unspeakable";

    private static final Map<String, KnownModel> BY_NAME = Map
            .of("english", ENGLISH, "anglais", ENGLISH, "british", BRITISH, "french", FRENCH);

    private final Executor executor;
    private final List<EmbeddingRequest> requests = new ArrayList<>();

    WordModels() {
        this(Runnable::run);
    }

    /** @param executor where texts are embedded */
    WordModels(Executor executor) {
        this.executor = executor;
    }

    /** What was asked for until now. */
    List<EmbeddingRequest> requests() {
        return requests;
    }

    @Override
    public CompletableFuture<List<Embedding>> embed(EmbeddingRequest request) {
        requests.add(request);
        return CompletableFuture.supplyAsync(() -> {
            KnownModel model = find(request.model())
                    .orElseThrow(() -> new EmbeddingException.BadRequest("unknown model [" + request.model() + "]"));
            if (request.space().filter(space -> !space.equals(model.space())).isPresent()) {
                throw new EmbeddingException.BadRequest(
                        "model [" + model.id() + "] is not of space [" + request.space().get() + "]");
            }
            Stream<String> images = request.images().stream().map(file -> new String(file, StandardCharsets.US_ASCII));
            return Stream.concat(request.texts().stream(), images).map(text -> embed(model, text)).toList();
        }, executor);
    }

    private static Embedding embed(KnownModel model, String text) {
        List<String> words = Stream.of(text.split("[^a-z]+")).filter(word -> !word.isEmpty()).toList();
        if (words.contains(UNSPEAKABLE)) return new Embedding.Refused("it holds the word [" + UNSPEAKABLE + "]");
        if (words.isEmpty()) return Embedding.NOTHING;
        return new Embedding.Vector(vector(model, words), words.size(), false);
    }

    /** What a model makes of a text that has words. */
    static float[] vector(KnownModel model, String text) {
        return vector(model, List.of(text.split("[^a-z]+")));
    }

    private static float[] vector(KnownModel model, List<String> words) {
        float[] vector = new float[model.dimension()];
        for (String word : words) vector[Math.floorMod((word + model.space()).hashCode(), vector.length)]++;
        double squares = 0;
        for (float x : vector) squares += x * x;
        for (int i = 0; i < vector.length; i++) vector[i] /= (float) Math.sqrt(squares);
        return vector;
    }

    @Override
    public Optional<KnownModel> find(String idOrAlias) {
        return Optional.ofNullable(BY_NAME.get(idOrAlias));
    }

    @Override
    public String defaultModel() {
        return ENGLISH.id();
    }

    @Override
    public Collection<String> ids() {
        return List.of("british", "english", "french");
    }
}
