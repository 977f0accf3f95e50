package io.semanticsearch.embedding.local;

import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.local.ModelSettings.Module;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where a static model keeps its files. Model2Vec saves [model.safetensors] and [tokenizer.json] side by side, in the folder itself or
 * where [modules.json] says; sentence-transformers in the folder of its StaticEmbedding module.
 *
 * @param weights name of the file with the rows
 * @param tokenizer name of the tokenizer's file
 */
record StaticLayout(String weights, String tokenizer) {

    private static final String WEIGHTS = "model.safetensors";
    private static final String TOKENIZER = "tokenizer.json";
    private static final String DEFAULT_STATIC_FOLDER = "0_StaticEmbedding";
    private static final String MODEL2VEC = "model2vec";
    // What follows the rows: the mean and the norm, which every static model here ends with anyway.
    private static final Set<String> RUNNABLE = Set.of(Module.STATIC_EMBEDDING, Module.POOLING, Module.NORMALIZE);
    private static final List<String> OTHER_WEIGHTS = List.of("onnx/model.onnx", "model.onnx", "pytorch_model.bin");

    /** Finds the files; {@link EmbeddingException.BadRequest} when they are those of another kind of model, or missing. */
    static StaticLayout find(ModelFolder folder, ModelSettings settings) {
        checkModules(folder, settings);
        Set<Module> places = new LinkedHashSet<>();
        settings.modules().stream().filter(module -> module.type().equals(Module.STATIC_EMBEDDING)).forEach(places::add);
        places.add(new Module(Module.STATIC_EMBEDDING, ""));
        places.add(new Module(Module.STATIC_EMBEDDING, DEFAULT_STATIC_FOLDER));
        for (Module place : places) {
            if (!folder.has(place.file(WEIGHTS))) continue;
            if (folder.has(place.file(TOKENIZER))) return new StaticLayout(place.file(WEIGHTS), place.file(TOKENIZER));
            throw folder.missing(place.file(TOKENIZER));
        }
        String weights = places.iterator().next().file(WEIGHTS);
        if (OTHER_WEIGHTS.stream().anyMatch(folder::has)) throw notStatic(folder, settings, "it has no [" + weights + "]");
        throw folder.missing(weights);
    }

    /** That this is a model that has to be run by other means. */
    static EmbeddingException.BadRequest notStatic(ModelFolder folder, ModelSettings settings, String why) {
        Optional<String> file = Stream.concat(OTHER_WEIGHTS.stream(), Stream.of(WEIGHTS)).filter(folder::has).findFirst();
        return new EmbeddingException.BadRequest("model [" + folder.model() + "] is not a static model: " + why + "; found type ["
                + settings.modelType().orElse("unknown") + "] and [" + file.orElse("no weights")
                + "]. This version runs static models only (Model2Vec, StaticEmbedding): choose such a model or "
                + LocalModels.builtIns());
    }

    private static void checkModules(ModelFolder folder, ModelSettings settings) {
        boolean model2vec = settings.modelType().filter(MODEL2VEC::equals).isPresent();
        for (Module module : settings.modules()) {
            // Some Model2Vec folders list a Transformer, so that runtimes for transformers can read them as well.
            boolean runnable = RUNNABLE.contains(module.type()) || model2vec && module.type().equals(Module.TRANSFORMER);
            if (!runnable) {
                throw notStatic(folder, settings, "[" + ModelSettings.MODULES + "] has the module [" + module.type() + "]");
            }
        }
        if (!settings.modules().isEmpty()) return;
        if (!model2vec && settings.modelType().isPresent()) {
            throw notStatic(folder, settings, "[" + ModelSettings.CONFIG + "] has no [model_type] of [" + MODEL2VEC + "]");
        }
    }
}
