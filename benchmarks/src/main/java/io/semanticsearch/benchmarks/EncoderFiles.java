package io.semanticsearch.benchmarks;

import io.semanticsearch.embedding.BatchedFunction;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.embedding.ModelDefinition;
import io.semanticsearch.embedding.local.LocalModels;
import io.semanticsearch.embedding.local.LoneQueries;
import io.semanticsearch.embedding.local.Transformers;
import io.semanticsearch.onnx.OnnxRuntime;
import io.semanticsearch.onnx.OnnxSession;
import io.semanticsearch.onnx.SessionOptions;
import io.semanticsearch.onnx.graph.Compilation;
import io.semanticsearch.onnx.graph.EncoderCompiler;
import io.semanticsearch.onnx.graph.EncoderOptions;
import io.semanticsearch.onnx.graph.EncoderShape;
import io.semanticsearch.onnx.graph.EncoderSource;
import io.semanticsearch.onnx.graph.Int8Arithmetic;
import io.semanticsearch.onnx.graph.Precision;
import io.semanticsearch.onnx.graph.RandomEncoder;
import io.semanticsearch.onnx.graph.RandomWeights;
import io.semanticsearch.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * The folder of a sentence encoder with random weights, as Hugging Face has them, with an export of the same weights. How long
 * an encoder computes does not depend on its weights.
 */
record EncoderFiles(String name, EncoderShape shape, TokenPooling pooling, Path folder) {
    static final Path MODELS = Path.of("benchmarks", "target", "encoders");

    /** Where the build leaves the native libraries. */
    static final Path NATIVES = Path.of("onnx", "target", "natives");

    /** What a node has by default. */
    static final int THREADS_PER_QUERY = LoneQueries.threads(Runtime.getRuntime().availableProcessors());

    static final int MAX_TOKENS = 512;
    private static final long SEED = 20_260_101;

    /** The weights and their export alone. */
    static EncoderFiles weights(String name, EncoderShape shape) throws IOException {
        return weights(name, shape, TokenPooling.MEAN);
    }

    private static EncoderFiles weights(String name, EncoderShape shape, TokenPooling pooling) throws IOException {
        Path folder = RandomEncoder.write(RandomWeights.of(shape, SEED), MODELS.resolve(name));
        return new EncoderFiles(name, shape, pooling, folder);
    }

    static EncoderFiles write(String name, EncoderShape shape, EnglishText text) throws IOException {
        return write(name, shape, TokenPooling.MEAN, text);
    }

    static EncoderFiles write(String name, EncoderShape shape, TokenPooling pooling, EnglishText text) throws IOException {
        EncoderFiles files = weights(name, shape, pooling);
        Path folder = files.folder;
        MadeUpVocabulary.write(text, shape.vocabulary(), files.tokenizer());
        Files.writeString(folder.resolve("modules.json"), """
                [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
                 {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
                 {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]
                """);
        Files.createDirectories(folder.resolve("1_Pooling"));
        Files.writeString(folder.resolve("1_Pooling/config.json"), """
                {"word_embedding_dimension": %s, %s}
                """.formatted(shape.hidden(), pooling.config()));
        return files;
    }

    /** Token ids, with the special ones. */
    List<int[]> encode(List<String> texts) throws IOException {
        Tokenizer tokenizer = readTokenizer();
        return texts.stream().map(text -> tokenizer.encode(text, MAX_TOKENS).ids()).toList();
    }

    Tokenizer readTokenizer() throws IOException {
        try (InputStream in = Files.newInputStream(tokenizer())) {
            return Tokenizer.read(in);
        }
    }

    /** As a node opens it. */
    EmbeddingFunction open(Precision precision) {
        Transformers transformers = new Transformers(NATIVES, Optional.empty(), MODELS.resolve("compiled"),
                (level, message, place) -> {}, new LoneQueries(THREADS_PER_QUERY, Long.MAX_VALUE));
        Map<String, Object> definition = Map.of("provider", "local", "model", "file:" + name, "precision",
                precision.toString().toLowerCase(Locale.ROOT));
        return new LocalModels(MODELS, transformers).open((LocalModel) ModelDefinition.of(name, definition));
    }

    /** @param alone as in {@link NodeEncoder} */
    Encoder openAsNode(Precision precision, boolean alone) {
        return new NodeEncoder((BatchedFunction) open(precision), alone);
    }

    /** Random token ids; the same ones each time. */
    List<int[]> randomIds(int texts, int tokens) {
        Random random = new Random(SEED);
        List<int[]> ids = new ArrayList<>();
        for (int i = 0; i < texts; i++) ids.add(random.ints(tokens, 0, shape.vocabulary()).toArray());
        return ids;
    }

    /** What the project's own sessions are opened with. */
    static SessionOptions options(OnnxRuntime runtime, Precision precision) throws IOException {
        return switch (precision) {
            case FP32, FP16 -> SessionOptions.DEFAULT;
            case INT8 -> Int8Arithmetic.options(runtime, MODELS);
        };
    }

    OnnxSession openCompiled(OnnxRuntime runtime, Precision precision) throws IOException {
        return runtime.openSession(compiled(precision), options(runtime, precision));
    }

    /** As an exporter writes it. */
    Path export() {
        return folder.resolve("onnx/model.onnx");
    }

    /** The same weights as PyTorch runs them. */
    Path writeScript() throws IOException {
        Path script = folder.resolve("bert.pt");
        TorchScript.write(RandomWeights.of(shape, SEED), pooling, script);
        return script;
    }

    Path tokenizer() {
        return folder.resolve("tokenizer.json");
    }

    /** Compiled to give one vector of a text. */
    private Path compiled(Precision precision) throws IOException {
        Path file = folder.resolve("compiled-" + precision + ".onnx");
        Compilation compilation = EncoderCompiler.compile(EncoderSource.in(folder),
                EncoderOptions.sentences(precision, pooling.compiled()), file);
        return switch (compilation) {
            case Compilation.Compiled compiled -> compiled.file();
            case Compilation.Unfit unfit -> throw new BenchmarkException("the encoder was not compiled: " + unfit.reason());
            case Compilation.Kept kept -> throw new BenchmarkException("the encoder was not compiled: " + kept.reason());
        };
    }

    /** Additions and multiplications of a text's token. */
    double operations(int tokensOfText) {
        double hidden = shape.hidden();
        return shape.layers() * (8 * hidden * hidden + 4 * hidden * shape.intermediate() + 4 * hidden * tokensOfText);
    }
}
