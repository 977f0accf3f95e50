package io.semanticsearch.plugin.models;

import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.embedding.ModelDefinition;
import io.semanticsearch.embedding.ModelFacts;
import io.semanticsearch.embedding.local.LocalModels;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Writes a real static model of any size; it knows the words red, green and blue. */
public final class StaticModelFolder {

    private static final int DIMENSION = 4;
    private static final String TOKENIZER = """
            {"added_tokens": [], "normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "BertPreTokenizer"},
             "post_processor": null, "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
             "max_input_chars_per_word": 100, "vocab": {"[PAD]": 0, "[UNK]": 1, "red": 2, "green": 3, "blue": 4}}}""";

    private final Path folder;

    private StaticModelFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Writes a model.
     *
     * @param models the models folder
     * @param name of its folder therein
     * @param rows of 16 bytes in its weights, 5 or more
     */
    public static StaticModelFolder write(Path models, String name, int rows) {
        StaticModelFolder model = new StaticModelFolder(models.resolve(name));
        try {
            Files.createDirectories(model.folder);
            Files.writeString(model.folder.resolve("tokenizer.json"), TOKENIZER);
            long bytes = (long) rows * DIMENSION * Float.BYTES;
            byte[] header = ("{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[" + rows + "," + DIMENSION
                    + "],\"data_offsets\":[0," + bytes + "]}}").getBytes(StandardCharsets.UTF_8);
            ByteBuffer start = ByteBuffer.allocate(Long.BYTES + header.length + 5 * DIMENSION * Float.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN);
            start.putLong(header.length).put(header);
            for (int i = 0; i < 5 * DIMENSION; i++) start.putFloat(i % 5 + 1);
            try (RandomAccessFile weights = new RandomAccessFile(model.weights().toFile(), "rw")) {
                weights.write(start.array());
                // The rest are zeros that take no room on disk.
                weights.setLength(Long.BYTES + header.length + bytes);
            }
            return model;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path weights() {
        return folder.resolve("model.safetensors");
    }

    public long bytes() {
        return weights().toFile().length();
    }

    /** The model as defined under the name of its folder; more fields of the definition are {@code "key", value}. */
    public Model define(Object... fields) {
        String name = folder.getFileName().toString();
        Map<String, Object> body = new HashMap<>(Map.of("provider", "local", "model", "file:" + name));
        for (int i = 0; i < fields.length; i += 2) body.put((String) fields[i], fields[i + 1]);
        ModelDefinition definition = ModelDefinition.of(name, body);
        try (EmbeddingFunction function = new LocalModels(folder.getParent()).open((LocalModel) definition)) {
            return new Model(name, definition, ModelFacts.of(function));
        }
    }
}
