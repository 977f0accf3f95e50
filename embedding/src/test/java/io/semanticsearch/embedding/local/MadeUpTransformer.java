package io.semanticsearch.embedding.local;

import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.embedding.ModelDefinition;
import io.semanticsearch.onnx.graph.EncoderShape;
import io.semanticsearch.onnx.graph.MadeUpTokenizer;
import io.semanticsearch.onnx.graph.RandomEncoder;
import io.semanticsearch.onnx.graph.RandomWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The folder of a transformer with random weights, as a test writes it: {@code made-up} in the models folder, with weights, an export and
 * a {@link MadeUpTokenizer}.
 */
public final class MadeUpTransformer {

    static final String MODULES = """
            [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
             {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
             {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]""";

    static final String TOKENIZER = MadeUpTokenizer.JSON;

    private final Path modelsFolder;
    private final Path folder;
    private final Path cache;

    public MadeUpTransformer(Path scratch, EncoderShape shape) throws IOException {
        this.modelsFolder = scratch.resolve("models");
        this.folder = modelsFolder.resolve("made-up");
        this.cache = scratch.resolve("cache");
        RandomEncoder.write(RandomWeights.of(shape, 7), folder);
        write("modules.json", MODULES);
        write("tokenizer.json", TOKENIZER);
        write("1_Pooling/config.json", "{\"pooling_mode_mean_tokens\": true}");
    }

    MadeUpTransformer write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
        return this;
    }

    MadeUpTransformer without(String file) throws IOException {
        Files.delete(folder.resolve(file));
        return this;
    }

    Path folder() {
        return folder;
    }

    Path cache() {
        return cache;
    }

    LocalModels models() {
        return models(LoneQueries.ON_ONE_THREAD);
    }

    LocalModels models(LoneQueries loneQueries) {
        return new LocalModels(modelsFolder, new Transformers(natives(), Optional.empty(), cache, (level, message, place) -> {
        }, loneQueries));
    }

    static Path natives() {
        return Path.of(System.getProperty("natives.folder"));
    }

    public EmbeddingFunction open(Object... fields) {
        return models().open(definition(fields));
    }

    /** With two threads for a lone query. */
    public EmbeddingFunction openForLoneQueries(Object... fields) {
        return models(new LoneQueries(2, Long.MAX_VALUE)).open(definition(fields));
    }

    static LocalModel definition(Object... fields) {
        Map<String, Object> body = new HashMap<>(Map.of("provider", "local", "model", "file:made-up"));
        for (int i = 0; i < fields.length; i += 2) body.put((String) fields[i], fields[i + 1]);
        return (LocalModel) ModelDefinition.of("made-up", body);
    }

    /** A text of so many words, without the special tokens. */
    public static String text(int words, int seed) {
        return IntStream.range(0, words).mapToObj(i -> "w" + (5 + Math.floorMod(i * 31 + seed * 17, 206)))
                .collect(Collectors.joining(" "));
    }
}
