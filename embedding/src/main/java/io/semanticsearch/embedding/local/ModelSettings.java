package io.semanticsearch.embedding.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.semanticsearch.embedding.Prompts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What the configuration files of a sentence-transformers or Model2Vec folder say. Both generations of these files are read:
 * https://github.com/huggingface/sentence-transformers, {@code docs/sentence_transformer/usage/custom_models.rst}.
 *
 * @param modules the steps from text to vector, in order; empty without [modules.json]
 * @param modelType [model_type] of [config.json]
 * @param maxTokens [max_seq_length] of [sentence_bert_config.json]
 * @param prompts [prompts] of [config_sentence_transformers.json]
 * @param matryoshka the sizes that its vectors were trained to be cut to, largest first; empty where it does not say
 * @param pooling the ways in which it pools token vectors, by the names of the newer files; [mean] where it does not say
 */
record ModelSettings(List<Module> modules,
        Optional<String> modelType,
        OptionalInt maxTokens,
        Prompts prompts,
        List<Integer> matryoshka,
        List<String> pooling) {

    static final String MODULES = "modules.json";
    static final String CONFIG = "config.json";
    static final String LENGTH_CONFIG = "sentence_bert_config.json";
    static final String MEAN = "mean";

    private static final String PROMPTS_CONFIG = "config_sentence_transformers.json";
    private static final String DEFAULT_POOLING_FOLDER = "1_Pooling";
    // Flags of the older files, in the order in which their results are joined.
    private static final List<PoolingFlag> POOLING_FLAGS = List.of(new PoolingFlag("pooling_mode_cls_token", "cls"),
            new PoolingFlag("pooling_mode_max_tokens", "max"), new PoolingFlag("pooling_mode_mean_tokens", MEAN),
            new PoolingFlag("pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens"),
            new PoolingFlag("pooling_mode_weightedmean_tokens", "weightedmean"),
            new PoolingFlag("pooling_mode_lasttoken", "lasttoken"));

    /**
     * A step from text to vector.
     *
     * @param type the last part of its class name: the packages before it changed between versions
     * @param folder where its files are, empty for the folder of the model
     */
    record Module(String type, String folder) {

        static final String TRANSFORMER = "Transformer";
        static final String POOLING = "Pooling";
        static final String NORMALIZE = "Normalize";
        static final String STATIC_EMBEDDING = "StaticEmbedding";

        /** The name of one of its files, relative to the folder of the model. */
        String file(String name) {
            return folder.isEmpty() ? name : folder + "/" + name;
        }
    }

    private record PoolingFlag(String key, String name) {}

    static ModelSettings read(ModelFolder folder) {
        List<Module> modules = modules(folder);
        JsonNode prompts = json(folder, PROMPTS_CONFIG);
        return new ModelSettings(modules, text(json(folder, CONFIG).path("model_type")), maxTokens(json(folder, LENGTH_CONFIG)),
                prompts(prompts.path("prompts")), sizes(prompts.path("matryoshka_dims")),
                pooling(json(folder, poolingFile(modules))));
    }

    /** The name of the file that says how token vectors are pooled; it need not be there. */
    String poolingFile() {
        return poolingFile(modules);
    }

    private static String poolingFile(List<Module> modules) {
        return modules.stream().filter(module -> module.type.equals(Module.POOLING)).findFirst()
                .orElse(new Module(Module.POOLING, DEFAULT_POOLING_FOLDER)).file(CONFIG);
    }

    private static JsonNode json(ModelFolder folder, String file) {
        return folder.json(file).orElseGet(ModelFolder.JSON::createObjectNode);
    }

    private static List<Module> modules(ModelFolder folder) {
        List<Module> modules = new ArrayList<>();
        for (JsonNode module : json(folder, MODULES)) {
            String type = module.path("type").asText("");
            String path = module.path("path").asText("");
            modules.add(new Module(type.substring(type.lastIndexOf('.') + 1), path.equals(".") ? "" : path));
        }
        return modules;
    }

    private static OptionalInt maxTokens(JsonNode lengthConfig) {
        JsonNode length = lengthConfig.path("max_seq_length");
        return length.isInt() && length.intValue() > 0 ? OptionalInt.of(length.intValue()) : OptionalInt.empty();
    }

    private static Prompts prompts(JsonNode prompts) {
        String document = text(prompts.path("document")).or(() -> text(prompts.path("passage")))
                .or(() -> text(prompts.path("corpus")))
                .orElse("");
        return new Prompts(document, text(prompts.path("query")).orElse(""));
    }

    private static List<Integer> sizes(JsonNode sizes) {
        List<Integer> list = new ArrayList<>();
        sizes.forEach(size -> list.add(size.asInt()));
        return list.stream().filter(size -> size > 0).sorted((a, b) -> b - a).toList();
    }

    private static List<String> pooling(JsonNode config) {
        List<String> modes = new ArrayList<>();
        JsonNode mode = config.path("pooling_mode");
        if (mode.isTextual()) modes.add(mode.textValue());
        mode.forEach(name -> modes.add(name.asText()));
        for (PoolingFlag flag : POOLING_FLAGS) {
            if (config.path(flag.key).asBoolean()) modes.add(flag.name);
        }
        return modes.isEmpty() ? List.of(MEAN) : modes;
    }

    private static Optional<String> text(JsonNode node) {
        return node.isTextual() ? Optional.of(node.textValue()) : Optional.empty();
    }
}
