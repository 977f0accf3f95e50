package io.semanticsearch.onnx.graph;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.semanticsearch.onnx.proto.BrokenModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The entries of config.json. What is asked of them and not so is the reason why a model keeps its own graph. */
record ConfigEntries(JsonNode json) {

    static final int MAX_LAYERS = 1000;
    static final int MAX_WIDTH = 1 << 16;
    static final int MAX_POSITIONS = 1 << 24;

    private static final ObjectReader JSON = new ObjectMapper().reader();
    private static final long MAX_BYTES = 1L << 20;

    /** @throws BrokenModelException when it is missing or no JSON */
    static ConfigEntries read(Path file, String name) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new BrokenModelException(
                        "file [" + name + "] has [" + Files.size(file) + "] bytes, expected at most [" + MAX_BYTES + "]",
                        null);
            }
            return new ConfigEntries(JSON.readTree(Files.readAllBytes(file)));
        } catch (NoSuchFileException e) {
            throw new BrokenModelException("file [" + name + "] is missing", e);
        } catch (JsonProcessingException e) {
            throw new BrokenModelException("file [" + name + "] is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new BrokenModelException("file [" + name + "] cannot be read: " + e.getMessage(), e);
        }
    }

    JsonNode at(String key) {
        return json.path(key);
    }

    /** A whole number from 1 on. */
    int number(String key, int most) throws KeepsOwnGraphException {
        JsonNode value = at(key);
        if (value.isInt() && value.intValue() > 0 && value.intValue() <= most) return value.intValue();
        throw new KeepsOwnGraphException("[" + key + "] is [" + value.asText() + "], expected a number from 1 to " + most);
    }

    /** A whole number from 1 on; the default where it is absent or null. */
    int number(String key, int most, int absent) throws KeepsOwnGraphException {
        return isAbsent(key) ? absent : number(key, most);
    }

    double real(String key, double absent) {
        return at(key).asDouble(absent);
    }

    /** A number above 1, of which powers are wavelengths; the default where it is absent or null. */
    double base(String key, double absent) throws KeepsOwnGraphException {
        if (isAbsent(key)) return absent;
        double value = at(key).asDouble();
        if (value > 1 && !Double.isInfinite(value)) return value;
        throw new KeepsOwnGraphException("[" + key + "] is [" + at(key).asText() + "], expected a number above 1");
    }

    /** @param absent what it is where it is absent or null */
    void expect(String key, String only, String absent) throws KeepsOwnGraphException {
        String value = isAbsent(key) ? absent : at(key).asText();
        if (!value.equals(only)) throw new KeepsOwnGraphException("[" + key + "] is [" + value + "], expected [" + only + "]");
    }

    /** A key that asks for something that is not compiled; empty, null, zero and false ask for nothing. */
    void refuse(String key, String reason) throws KeepsOwnGraphException {
        JsonNode value = at(key);
        boolean asks = value.isContainerNode() ? !value.isEmpty() : value.asBoolean(false);
        if (asks) throw new KeepsOwnGraphException("[" + key + "] is set: " + reason);
    }

    /** What any family can have and none has here. */
    void refuseVariants() throws KeepsOwnGraphException {
        refuse("quantization_config", "its weights are quantized");
        refuse("is_decoder", "it is a decoder");
        refuse("add_cross_attention", "it is a decoder");
        refuse("pruned_heads", "its layers differ in their heads");
    }

    private boolean isAbsent(String key) {
        return at(key).isMissingNode() || at(key).isNull();
    }
}
