package io.semanticsearch.embedding.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.Execution;
import io.semanticsearch.embedding.local.ModelSettings.Module;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where a transformer keeps its files, and what of its configuration only transformers have. Published models have their weights as
 * safetensors, as an ONNX graph, or as both.
 *
 * @param place the folder of the transformer in that of the model
 * @param safetensors name of the file with the weights
 * @param graph name of the ONNX file that came with the model
 * @param tokenizer name of the tokenizer's file
 * @param dense the layers after the pooling
 * @param maxTokens of a text, special tokens included, as the configuration says; empty where it does not
 * @param lowerCase whether texts are put into lower case before they are tokenised
 */
record TransformerLayout(Module place,
        Optional<String> safetensors,
        Optional<String> graph,
        String tokenizer,
        List<Module> dense,
        OptionalInt maxTokens,
        boolean lowerCase) {

    private static final String SAFETENSORS = "model.safetensors";
    private static final String GRAPH_ENDING = ".onnx";
    private static final String TOKENIZER = "tokenizer.json";
    private static final String TOKENIZER_CONFIG = "tokenizer_config.json";
    private static final String DENSE = "Dense";
    private static final Set<String> RUNNABLE = Set.of(Module.TRANSFORMER, Module.POOLING, DENSE, Module.NORMALIZE);
    // Old repositories name it after the model.
    private static final List<String> LENGTH_CONFIGS = List.of(ModelSettings.LENGTH_CONFIG, "sentence_roberta_config.json",
            "sentence_distilbert_config.json", "sentence_camembert_config.json", "sentence_xlm-roberta_config.json");
    // Some tokenizers say that they have no limit with a number beyond any.
    private static final int MAX_SENSIBLE_TOKENS = 1 << 20;

    /** Whether this is the folder of a transformer and not of a static model. */
    static boolean describes(ModelSettings settings, Execution execution) {
        if (execution.file().filter(file -> file.endsWith(GRAPH_ENDING)).isPresent()) return true;
        if (settings.modelType().filter("model2vec"::equals).isPresent()) return false;
        if (settings.modules().isEmpty()) return settings.modelType().isPresent();
        return settings.modules().stream().noneMatch(module -> module.type().equals(Module.STATIC_EMBEDDING));
    }

    /** Finds the files; {@link EmbeddingException.BadRequest} when something is missing or cannot be run. */
    static TransformerLayout find(ModelFolder folder, ModelSettings settings, Execution execution) {
        for (Module module : settings.modules()) {
            if (!RUNNABLE.contains(module.type())) {
                throw new EmbeddingException.BadRequest("model [" + folder.model() + "]: [" + ModelSettings.MODULES
                        + "] has the module [" + module.type() + "], expected only " + RUNNABLE.stream().sorted().toList());
            }
        }
        Module place = settings.modules().stream().filter(module -> module.type().equals(Module.TRANSFORMER)).findFirst()
                .orElse(new Module(Module.TRANSFORMER, ""));
        Optional<String> safetensors = Optional.of(place.file(SAFETENSORS)).filter(folder::has);
        Optional<String> graph = Stream.of(place.file("onnx/model.onnx"), place.file("model.onnx"), "onnx/model.onnx")
                .filter(folder::has).findFirst();
        if (execution.file().isPresent()) {
            String file = execution.file().get();
            if (!folder.has(file)) throw folder.missing(file);
            boolean isGraph = file.endsWith(GRAPH_ENDING);
            safetensors = isGraph ? Optional.empty() : Optional.of(file);
            if (isGraph) graph = Optional.of(file);
        }
        if (safetensors.isEmpty() && graph.isEmpty()) {
            throw new EmbeddingException.BadRequest("model [" + folder.model() + "] has neither [" + place.file(SAFETENSORS)
                    + "] nor [" + place.file("onnx/model.onnx") + "], the folder has " + folder.files()
                    + "; put one there: models of other formats can be saved as safetensors or exported to ONNX");
        }
        String tokenizer = Stream.of(place.file(TOKENIZER), TOKENIZER).filter(folder::has).findFirst()
                .orElseThrow(() -> folder.missing(place.file(TOKENIZER)));
        JsonNode length = LENGTH_CONFIGS.stream().map(place::file).filter(folder::has).findFirst().flatMap(folder::json)
                .orElseGet(ModelFolder.JSON::createObjectNode);
        return new TransformerLayout(place, safetensors, graph, tokenizer,
                settings.modules().stream().filter(module -> module.type().equals(DENSE)).toList(),
                maxTokens(folder, place, settings, length), length.path("do_lower_case").asBoolean());
    }

    /** Name of the file with the weights that are run, or compiled and then run. */
    String weights() {
        return safetensors.or(() -> graph).orElseThrow();
    }

    /** Name of the transformer's own configuration. */
    String config() {
        return place.file(ModelSettings.CONFIG);
    }

    /** The files that decide what a vector is: the weights rather than a graph made of them. */
    List<String> decisive(ModelSettings settings, List<String> graphFiles) {
        List<String> files = new ArrayList<>(List.of(config(), tokenizer, settings.poolingFile(), ModelSettings.MODULES,
                ModelSettings.LENGTH_CONFIG));
        LENGTH_CONFIGS.stream().map(place::file).forEach(files::add);
        safetensors.ifPresentOrElse(files::add, () -> files.addAll(graphFiles));
        dense.forEach(module -> files.addAll(Dense.files(module)));
        return files;
    }

    private static OptionalInt maxTokens(ModelFolder folder, Module place, ModelSettings settings, JsonNode length) {
        int stated = length.path("max_seq_length").asInt();
        if (stated > 0) return OptionalInt.of(stated);
        if (settings.maxTokens().isPresent()) return settings.maxTokens();
        JsonNode config = folder.json(place.file(ModelSettings.CONFIG)).orElseGet(ModelFolder.JSON::createObjectNode);
        JsonNode tokenizer = folder.json(place.file(TOKENIZER_CONFIG)).orElseGet(ModelFolder.JSON::createObjectNode);
        // The second is what GPT-2 calls it, and nomic-bert after it.
        int positions = config.path("max_position_embeddings").asInt(config.path("n_positions").asInt());
        // The family of RoBERTa counts positions from the one after the padding token's id.
        boolean afterPadding = Set.of("roberta", "xlm-roberta", "camembert", "mpnet")
                .contains(config.path("model_type").asText());
        if (positions > 0 && afterPadding) positions -= config.path("pad_token_id").asInt(1) + 1;
        double limit = tokenizer.path("model_max_length").asDouble();
        return Stream.of((double) positions, limit).filter(tokens -> tokens >= 1 && tokens <= MAX_SENSIBLE_TOKENS)
                .mapToInt(Double::intValue).min();
    }
}
