package io.semanticsearch.embedding.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.onnx.safetensors.Safetensors;
import io.semanticsearch.tokenizer.Tokenizer;
import io.semanticsearch.tokenizer.TokenizerException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The files of one model by their names relative to its folder, with {@code /} between parts. Reads nothing outside that folder, whatever
 * the names or the model's own files say. Immutable; holds nothing open.
 */
sealed interface ModelFolder permits DirectoryFolder, ResourceFolder {

    /** Configuration files are small; a larger one is not what its name says. */
    long MAX_JSON_BYTES = 16L << 20;

    ObjectReader JSON = new ObjectMapper().reader();

    /** The model as its user wrote it, for messages. */
    String model();

    /** Whether there is such a file; false for a name that leads out of the folder. */
    boolean has(String file);

    /** Opens a file; the caller closes it. */
    InputStream open(String file) throws IOException;

    /** Bytes in a file. */
    long size(String file) throws IOException;

    /** Where a file is on disk, if it is on disk. */
    Optional<Path> path(String file);

    /** The folder itself, if it is on disk. */
    Optional<Path> root();

    /** Some of the files it has, for messages. */
    List<String> files();

    /** A JSON file, if the folder has it; {@link EmbeddingException.BrokenModel} when it cannot be read as JSON. */
    default Optional<JsonNode> json(String file) {
        if (!has(file)) return Optional.empty();
        try {
            if (size(file) > MAX_JSON_BYTES) {
                throw broken(file, "has [" + size(file) + "] bytes, expected at most [" + MAX_JSON_BYTES + "]", null);
            }
            try (InputStream in = open(file)) {
                return Optional.of(JSON.readTree(in));
            }
        } catch (JsonProcessingException e) {
            throw broken(file, "is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw broken(file, "cannot be read: " + e.getMessage(), e);
        }
    }

    /** A file of weights, which the caller closes; {@link EmbeddingException.BrokenModel} says what is wrong with it. */
    default Safetensors safetensors(String file) {
        try {
            Optional<Path> path = path(file);
            if (path.isPresent()) return Safetensors.open(path.get());
            try (InputStream in = open(file)) {
                return Safetensors.of(in.readAllBytes());
            }
        } catch (IOException e) {
            throw broken(file, "is not a usable safetensors file: " + e.getMessage() + "; fetch it again", e);
        }
    }

    /** A tokenizer.json; {@link EmbeddingException.BrokenModel} when it cannot be used. */
    default Tokenizer tokenizer(String file) {
        try (InputStream in = open(file)) {
            return Tokenizer.read(in);
        } catch (IOException | TokenizerException e) {
            throw broken(file, "cannot be used: " + e.getMessage(), e);
        }
    }

    /** That a file of this model is unusable. */
    default EmbeddingException.BrokenModel broken(String file, String what, Exception cause) {
        return new EmbeddingException.BrokenModel("model [" + model() + "]: file [" + file + "] " + what, cause);
    }

    /** That a file is needed that is not there. */
    default EmbeddingException.BadRequest missing(String file) {
        return new EmbeddingException.BadRequest(
                "model [" + model() + "]: file [" + file + "] is missing, the folder has " + files() + "; put the file there");
    }
}
