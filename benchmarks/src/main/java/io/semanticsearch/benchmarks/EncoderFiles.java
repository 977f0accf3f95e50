package io.semanticsearch.benchmarks;

import io.semanticsearch.onnx.graph.Compilation;
import io.semanticsearch.onnx.graph.EncoderCompiler;
import io.semanticsearch.onnx.graph.EncoderOptions;
import io.semanticsearch.onnx.graph.EncoderShape;
import io.semanticsearch.onnx.graph.EncoderSource;
import io.semanticsearch.onnx.graph.Pooling;
import io.semanticsearch.onnx.graph.Precision;
import io.semanticsearch.onnx.graph.RandomEncoder;
import io.semanticsearch.onnx.graph.RandomWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder of a sentence encoder with random weights, as Hugging Face has them, with an export and a TorchScript of the same weights. How
 * long an encoder computes does not depend on its weights.
 */
record EncoderFiles(String name, EncoderShape shape, Path folder) {
    static final Path MODELS = Path.of("benchmarks", "target", "encoders");

    private static final long SEED = 20_260_101;

    static EncoderFiles write(String name, EncoderShape shape, EnglishText text) throws IOException {
        Path folder = MODELS.resolve(name);
        RandomWeights weights = RandomWeights.of(shape, SEED);
        RandomEncoder.write(weights, folder);
        EncoderFiles files = new EncoderFiles(name, shape, folder);
        TorchScript.write(weights, files.script());
        MadeUpVocabulary.write(text, shape.vocabulary(), files.tokenizer());
        Files.writeString(folder.resolve("modules.json"), """
                [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
                 {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
                 {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]
                """);
        Files.createDirectories(folder.resolve("1_Pooling"));
        Files.writeString(folder.resolve("1_Pooling/config.json"), """
                {"word_embedding_dimension": %d, "pooling_mode_cls_token": false, "pooling_mode_mean_tokens": true}
                """.formatted(shape.hidden()));
        return files;
    }

    /** As an exporter writes it. */
    Path export() {
        return folder.resolve("onnx/model.onnx");
    }

    Path script() {
        return folder.resolve("bert.pt");
    }

    Path tokenizer() {
        return folder.resolve("tokenizer.json");
    }

    /** Compiled to give the mean of the tokens' vectors. */
    Path compiled(Precision precision) throws IOException {
        Path file = folder.resolve("compiled-" + precision + ".onnx");
        Compilation compilation = EncoderCompiler.compile(EncoderSource.in(folder),
                EncoderOptions.sentences(precision, Pooling.MEAN), file);
        return switch (compilation) {
            case Compilation.Compiled compiled -> compiled.file();
            case Compilation.Kept kept -> throw new BenchmarkException("the encoder was not compiled: " + kept.reason());
        };
    }

    /** Additions and multiplications of a text's token. */
    double operations(int tokensOfText) {
        double hidden = shape.hidden();
        return shape.layers() * (8 * hidden * hidden + 4 * hidden * shape.intermediate() + 4 * hidden * tokensOfText);
    }
}
