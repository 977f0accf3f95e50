package io.semanticsearch.embedding.remote;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * JSON of requests and answers. In an answer a list of numbers is one node that holds a {@code float[]}, read by {@link #vector}: a node
 * a number would be twenty times the memory.
 */
final class WireJson {

    private static final int MAX_DEPTH = 50;
    // A vector of base64 is one string; the size of the whole answer is bounded where it is read.
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            // A server that computes NaN shall be told so, not that it cannot write JSON.
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private WireJson() {}

    static ObjectNode object() {
        return NODES.objectNode();
    }

    static ArrayNode array(List<String> texts) {
        ArrayNode array = NODES.arrayNode(texts.size());
        texts.forEach(array::add);
        return array;
    }

    /** Maps, lists, texts and numbers as JSON. */
    static JsonNode node(Object value) {
        return MAPPER.valueToTree(value);
    }

    static byte[] bytes(JsonNode body) {
        try {
            return MAPPER.writeValueAsBytes(body);
        } catch (IOException e) {
            throw new IllegalStateException("a tree of JSON can be written", e);
        }
    }

    /** The JSON of an answer; empty where it is none. */
    static Optional<JsonNode> parse(String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            return document(parser);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The JSON of an answer; empty where it is none or was cut off. */
    static Optional<JsonNode> parse(byte[] bytes) {
        try (JsonParser parser = FACTORY.createParser(bytes)) {
            return document(parser);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** A vector that is a list of numbers or little-endian float32 in base64. */
    static float[] vector(JsonNode node) {
        if (node instanceof POJONode numbers && numbers.getPojo() instanceof float[] vector) return vector;
        if (!node.isTextual())
            throw new UnusableAnswerException("an embedding is " + kind(node) + ", expected numbers or base64");
        try {
            byte[] bytes = Base64.getDecoder().decode(node.textValue());
            if (bytes.length % Float.BYTES != 0) {
                throw new UnusableAnswerException(
                        "an embedding is [" + bytes.length + "] bytes of base64, expected 4 for each number");
            }
            float[] vector = new float[bytes.length / Float.BYTES];
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
            return vector;
        } catch (IllegalArgumentException e) {
            throw new UnusableAnswerException("an embedding is text that is no base64");
        }
    }

    /** The vectors of a list of vectors. */
    static List<float[]> vectors(JsonNode list) {
        if (!list.isArray()) throw new UnusableAnswerException("the list of embeddings is " + kind(list));
        List<float[]> vectors = new ArrayList<>(list.size());
        list.forEach(node -> vectors.add(vector(node)));
        return vectors;
    }

    /** The vectors of {@code [{"index": 1, "embedding": …}, …]} in the order of their indexes, each of which is there once. */
    static List<float[]> indexed(JsonNode data) {
        if (!data.isArray()) throw new UnusableAnswerException("the list [data] is " + kind(data));
        List<float[]> vectors = new ArrayList<>(Collections.nCopies(data.size(), null));
        for (int i = 0; i < data.size(); i++) {
            JsonNode item = data.get(i);
            int index = item.path("index").asInt(i);
            if (index < 0 || index >= data.size() || vectors.get(index) != null) {
                throw new UnusableAnswerException(
                        "index [" + index + "] of [" + data.size() + "] embeddings is beyond them or there"
                                + " twice");
            }
            vectors.set(index, vector(item.path("embedding")));
        }
        return vectors;
    }

    /** A count that may be missing. */
    static OptionalLong count(JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToLong() && node.longValue() >= 0
                ? OptionalLong.of(node.longValue())
                : OptionalLong.empty();
    }

    private static String kind(JsonNode node) {
        return node.isMissingNode() ? "missing" : "[" + node.getNodeType() + "]";
    }

    private static Optional<JsonNode> document(JsonParser parser) throws IOException {
        if (parser.nextToken() == null) return Optional.empty();
        JsonNode node = value(parser);
        return parser.nextToken() == null ? Optional.of(node) : Optional.empty();
    }

    private static JsonNode value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                ObjectNode object = NODES.objectNode();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    object.set(name, value(parser));
                }
                yield object;
            }
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> NODES.textNode(parser.getText());
            case VALUE_NUMBER_INT -> parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                    ? NODES.numberNode(parser.getBigIntegerValue())
                    : NODES.numberNode(parser.getLongValue());
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            default -> NODES.nullNode();
        };
    }

    private static JsonNode array(JsonParser parser) throws IOException {
        ArrayNode array = NODES.arrayNode();
        float[] numbers = new float[0];
        int count = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            boolean number = parser.currentToken().isNumeric();
            if (number && array.isEmpty()) {
                if (count == numbers.length) numbers = Arrays.copyOf(numbers, Math.max(1024, 2 * count));
                numbers[count++] = parser.getFloatValue();
            } else {
                // Numbers among other things are no vector; what stood before is kept as what it was.
                for (int i = 0; i < count; i++) {
                    array.add(numbers[i]);
                }
                count = 0;
                array.add(value(parser));
            }
        }
        return count > 0 ? NODES.pojoNode(Arrays.copyOf(numbers, count)) : array;
    }
}
