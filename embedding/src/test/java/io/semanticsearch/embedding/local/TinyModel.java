package io.semanticsearch.embedding.local;

import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.embedding.ModelDefinition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A static model of five tokens, written by a test: [PAD] 0, [UNK] 1, red 2, green 3, blue 4. Its folder is {@code tiny} in the models
 * folder.
 */
final class TinyModel {

    static final String TOKENIZER = """
            {"added_tokens": [], "normalizer": {"type": "Lowercase"}, "pre_tokenizer": {"type": "BertPreTokenizer"},
             "post_processor": null, "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
             "max_input_chars_per_word": 100, "vocab": {"[PAD]": 0, "[UNK]": 1, "red": 2, "green": 3, "blue": 4}}}""";

    private final Path modelsFolder;
    private final List<String> header = new ArrayList<>();
    private final List<byte[]> data = new ArrayList<>();
    private final Map<String, String> files = new HashMap<>();
    private long size;

    TinyModel(Path modelsFolder) {
        this.modelsFolder = modelsFolder;
        files.put("tokenizer.json", TOKENIZER);
    }

    TinyModel floats(String name, String shape, float... values) {
        return tensor(name, "F32", shape, Float.BYTES, values.length, (bytes, i) -> bytes.putFloat(values[i]));
    }

    TinyModel halves(String name, String shape, float... values) {
        return tensor(name, "F16", shape, Short.BYTES, values.length,
                (bytes, i) -> bytes.putShort(Float.floatToFloat16(values[i])));
    }

    TinyModel brainFloats(String name, String shape, float... values) {
        return tensor(name, "BF16", shape, Short.BYTES, values.length,
                (bytes, i) -> bytes.putShort((short) (Float.floatToRawIntBits(values[i]) >> Short.SIZE)));
    }

    TinyModel doubles(String name, String shape, double... values) {
        return tensor(name, "F64", shape, Double.BYTES, values.length, (bytes, i) -> bytes.putDouble(values[i]));
    }

    TinyModel bytes(String name, String shape, int... values) {
        return tensor(name, "I8", shape, Byte.BYTES, values.length, (bytes, i) -> bytes.put((byte) values[i]));
    }

    TinyModel longs(String name, String shape, long... values) {
        return tensor(name, "I64", shape, Long.BYTES, values.length, (bytes, i) -> bytes.putLong(values[i]));
    }

    TinyModel file(String name, String text) {
        files.put(name, text);
        return this;
    }

    TinyModel without(String name) {
        files.remove(name);
        return this;
    }

    /** Writes the files, the weights under the given name; returns the models folder. */
    Path write(String weights) throws IOException {
        Path folder = modelsFolder.resolve("tiny");
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
        Path path = folder.resolve(weights);
        Files.createDirectories(path.getParent());
        Files.write(path, safetensors());
        return modelsFolder;
    }

    byte[] safetensors() {
        byte[] json = header.stream().collect(Collectors.joining(",", "{", "}")).getBytes();
        ByteBuffer file = ByteBuffer.allocate((int) (Long.BYTES + json.length + size)).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(json.length).put(json);
        data.forEach(file::put);
        return file.array();
    }

    /** Writes the model and opens it; more fields of its definition are {@code , "key": value}. */
    EmbeddingFunction open(Object... fields) throws IOException {
        return new LocalModels(write("model.safetensors")).open(definition(fields));
    }

    static LocalModel definition(Object... fields) {
        Map<String, Object> body = new HashMap<>(Map.of("provider", "local", "model", "file:tiny"));
        for (int i = 0; i < fields.length; i += 2) {
            body.put((String) fields[i], fields[i + 1]);
        }
        return (LocalModel) ModelDefinition.of("tiny", body);
    }

    private TinyModel tensor(String name, String type, String shape, int width, int count, Put put) {
        ByteBuffer bytes = ByteBuffer.allocate(width * count).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            put.at(bytes, i);
        }
        long end = size + bytes.capacity();
        header.add("\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%s,%s]}".formatted(name, type, shape, size, end));
        data.add(bytes.array());
        size = end;
        return this;
    }

    private interface Put {
        void at(ByteBuffer bytes, int i);
    }
}
