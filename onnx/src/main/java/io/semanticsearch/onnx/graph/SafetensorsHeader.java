package io.semanticsearch.onnx.graph;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.util.ByteBufferBackedInputStream;
import io.semanticsearch.onnx.proto.ElementType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads what tensors a safetensors file has. It streams, so that memory is taken only for what is there. */
final class SafetensorsHeader {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int MAX_TENSORS = 100_000;

    private SafetensorsHeader() {}

    /** The tensors of real numbers along one or two axes; the others are no weights of an encoder. */
    static Map<String, Matrix> read(MemorySegment header, MemorySegment data) throws IOException {
        Map<String, Matrix> matrices = new LinkedHashMap<>();
        int tensors = 0;
        try (JsonParser json = JSON.createParser(new ByteBufferBackedInputStream(header.asByteBuffer()))) {
            expect(json, json.nextToken(), JsonToken.START_OBJECT);
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                expect(json, json.nextToken(), JsonToken.START_OBJECT);
                if (++tensors > MAX_TENSORS) throw new IOException("it has more than [" + MAX_TENSORS + "] tensors");
                if (name.equals("__metadata__")) json.skipChildren();
                else
                    readTensor(json, name, data).ifPresent(matrix -> matrices.put(matrix.name(), matrix));
            }
            expect(json, json.currentToken(), JsonToken.END_OBJECT);
        } catch (JsonProcessingException e) {
            throw new IOException("its header is not JSON: " + e.getOriginalMessage(), e);
        }
        return matrices;
    }

    private static Optional<Matrix> readTensor(JsonParser json, String name, MemorySegment data) throws IOException {
        String type = "";
        List<Long> shape = List.of();
        List<Long> offsets = List.of();
        for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
            JsonToken value = json.nextToken();
            switch (key) {
                case "dtype" -> {
                    expect(json, value, JsonToken.VALUE_STRING);
                    type = json.getText();
                }
                case "shape" -> shape = numbers(json);
                case "data_offsets" -> offsets = numbers(json);
                default -> json.skipChildren();
            }
        }
        if (offsets.size() != 2 || offsets.get(0) > offsets.get(1) || offsets.get(1) > data.byteSize()) {
            throw new IOException("tensor [" + name + "] lies at " + offsets + ", the data has [" + data.byteSize() + "] bytes");
        }
        Optional<ElementType> real = real(type);
        if (real.isEmpty() || shape.isEmpty() || shape.size() > 2) return Optional.empty();
        long bytes = real.get().bytes();
        for (long length : shape) {
            // Two lengths within an int cannot overflow when multiplied.
            if (length > Integer.MAX_VALUE) throw new IOException("tensor [" + name + "] has the shape " + shape);
            bytes *= length;
        }
        if (bytes != offsets.get(1) - offsets.get(0)) {
            throw new IOException(
                    "tensor [" + name + "] of shape " + shape + " and type [" + type + "] lies at " + offsets + ", expected ["
                            + bytes + "] bytes");
        }
        return Optional
                .of(new Matrix(name, real.get(), shape.size() == 1 ? 1 : shape.get(0).intValue(), shape.getLast().intValue(),
                        data.asSlice(offsets.get(0), bytes)));
    }

    private static Optional<ElementType> real(String type) {
        return switch (type) {
            case "F32" -> Optional.of(ElementType.FLOAT);
            case "F16" -> Optional.of(ElementType.FLOAT16);
            case "BF16" -> Optional.of(ElementType.BFLOAT16);
            case "F64" -> Optional.of(ElementType.DOUBLE);
            default -> Optional.empty();
        };
    }

    private static List<Long> numbers(JsonParser json) throws IOException {
        expect(json, json.currentToken(), JsonToken.START_ARRAY);
        List<Long> numbers = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(json, json.currentToken(), JsonToken.VALUE_NUMBER_INT);
            if (json.getLongValue() < 0 || numbers.size() == 16) throw new IOException("a shape or an offset is out of bounds");
            numbers.add(json.getLongValue());
        }
        return numbers;
    }

    private static void expect(JsonParser json, JsonToken found, JsonToken expected) throws IOException {
        if (found == expected) return;
        throw new IOException(
                "its header has [" + found + "] at byte [" + json.currentLocation().getByteOffset() + "], expected ["
                        + expected + "]");
    }
}
