package io.semanticsearch.onnx.graph;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What config.json says about an encoder, as far as its weights do not.
 *
 * @param intermediate width of the feed-forward layer
 * @param epsilon added to the variance in layer norms
 * @param firstPosition row of the position table that belongs to the first token
 * @param relativeBuckets rows of the table of relative positions, 0 where there is none
 */
record EncoderConfig(Architecture architecture,
        int layers,
        int hidden,
        int heads,
        int intermediate,
        float epsilon,
        int firstPosition,
        int relativeBuckets) {

    private static final ObjectReader JSON = new ObjectMapper().reader();
    private static final long MAX_BYTES = 1L << 20;
    private static final int MAX_LAYERS = 1000;
    private static final int MAX_WIDTH = 1 << 16;
    private static final float DEFAULT_EPSILON = 1e-12f;
    private static final int DEFAULT_BUCKETS = 32;
    private static final int MAX_BUCKETS = 256;

    /** @throws KeepsOwnGraphException when it describes something that this package does not compile */
    static EncoderConfig read(Path file, String name) throws KeepsOwnGraphException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new BrokenModelException(
                        "file [" + name + "] has [" + Files.size(file) + "] bytes, expected at most [" + MAX_BYTES + "]",
                        null);
            }
            return of(JSON.readTree(Files.readAllBytes(file)));
        } catch (NoSuchFileException e) {
            throw new BrokenModelException("file [" + name + "] is missing", e);
        } catch (JsonProcessingException e) {
            throw new BrokenModelException("file [" + name + "] is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new BrokenModelException("file [" + name + "] cannot be read: " + e.getMessage(), e);
        }
    }

    private static EncoderConfig of(JsonNode json) throws KeepsOwnGraphException {
        String modelType = json.path("model_type").asText();
        Architecture architecture = Architecture.of(modelType)
                .orElseThrow(() -> new KeepsOwnGraphException("[model_type] is [" + modelType
                        + "], expected one of [bert, camembert, distilbert, mpnet, roberta, xlm-roberta]"));
        refuse(json, "auto_map", "the model comes with code of its own");
        refuse(json, "quantization_config", "its weights are quantized");
        refuse(json, "is_decoder", "it is a decoder");
        refuse(json, "add_cross_attention", "it is a decoder");
        refuse(json, "pruned_heads", "its layers differ in their heads");
        expect(json, "position_embedding_type", "absolute");
        boolean distil = architecture == Architecture.DISTILBERT;
        expect(json, distil ? "activation" : "hidden_act", "gelu");
        int hidden = number(json, distil ? "dim" : "hidden_size", MAX_WIDTH);
        int heads = number(json, distil ? "n_heads" : "num_attention_heads", MAX_WIDTH);
        if (hidden % heads != 0)
            throw new KeepsOwnGraphException("[" + hidden + "] numbers a token cannot be shared by [" + heads + "] heads");
        return new EncoderConfig(architecture, number(json, distil ? "n_layers" : "num_hidden_layers", MAX_LAYERS), hidden, heads,
                number(json, distil ? "hidden_dim" : "intermediate_size", MAX_WIDTH), epsilon(json, architecture),
                firstPosition(json, architecture), relativeBuckets(json, architecture));
    }

    /** DistilBERT's is in its code. */
    private static float epsilon(JsonNode json, Architecture architecture) {
        return architecture == Architecture.DISTILBERT
                ? DEFAULT_EPSILON
                : (float) json.path("layer_norm_eps").asDouble(DEFAULT_EPSILON);
    }

    /** MPNet's padding is 1 in its code; the others read it from here. */
    private static int firstPosition(JsonNode json, Architecture architecture) throws KeepsOwnGraphException {
        if (!architecture.positionsAfterPadding()) return 0;
        int padding = architecture == Architecture.MPNET ? 1 : json.path("pad_token_id").asInt(1);
        if (padding < 0 || padding > MAX_WIDTH) throw new KeepsOwnGraphException("[pad_token_id] is [" + padding + "]");
        return padding + 1;
    }

    private static int relativeBuckets(JsonNode json, Architecture architecture) throws KeepsOwnGraphException {
        if (architecture.names().relativeBias() == null) return 0;
        int buckets = json.path("relative_attention_num_buckets").asInt(DEFAULT_BUCKETS);
        if (buckets < 4 || buckets > MAX_BUCKETS || buckets % 4 != 0) {
            throw new KeepsOwnGraphException(
                    "[relative_attention_num_buckets] is [" + buckets + "], expected a multiple of 4 up to " + MAX_BUCKETS);
        }
        return buckets;
    }

    private static int number(JsonNode json, String key, int most) throws KeepsOwnGraphException {
        JsonNode value = json.path(key);
        if (value.isInt() && value.intValue() > 0 && value.intValue() <= most) return value.intValue();
        throw new KeepsOwnGraphException("[" + key + "] is [" + value.asText() + "], expected a number from 1 to " + most);
    }

    private static void expect(JsonNode json, String key, String only) throws KeepsOwnGraphException {
        String value = json.path(key).asText(only);
        if (!value.equals(only)) throw new KeepsOwnGraphException("[" + key + "] is [" + value + "], expected [" + only + "]");
    }

    /** A key that asks for something that is not compiled; empty, null and false ask for nothing. */
    private static void refuse(JsonNode json, String key, String reason) throws KeepsOwnGraphException {
        JsonNode value = json.path(key);
        boolean asks = value.isContainerNode() ? !value.isEmpty() : value.asBoolean(false);
        if (asks) throw new KeepsOwnGraphException("[" + key + "] is set: " + reason);
    }
}
