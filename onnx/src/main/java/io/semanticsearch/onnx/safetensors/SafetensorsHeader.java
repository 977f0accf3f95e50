package io.semanticsearch.onnx.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file, read as a stream, so that what a corrupt file claims never becomes memory, and checked as the format's
 * own reader does: https://github.com/huggingface/safetensors, {@code safetensors/src/tensor.rs}, {@code validate}. Every complaint is an
 * {@link IOException} that says what is wrong.
 */
final class SafetensorsHeader {

    private static final JsonFactory JSON = new JsonFactory();
    private static final String METADATA = "__metadata__";
    private static final String TYPE = "dtype";
    private static final String SHAPE = "shape";
    private static final String OFFSETS = "data_offsets";
    private static final int MAX_TENSORS = 100_000;
    private static final int MAX_AXES = 16;

    private SafetensorsHeader() {}

    /**
     * Where a tensor lies.
     *
     * @param begin offset of its first byte from the end of the header
     * @param end offset of the byte after its last
     */
    record Entry(Dtype type, List<Long> shape, long begin, long end) {}

    /**
     * Reads the tensors of a header by name.
     *
     * @param header the JSON and the spaces after it, nothing more
     * @param dataBytes how many bytes the file has after the header
     */
    static Map<String, Entry> read(InputStream header, long dataBytes) throws IOException {
        Map<String, Entry> entries = new LinkedHashMap<>();
        try (JsonParser json = JSON.createParser(header)) {
            expect(json, json.nextToken(), JsonToken.START_OBJECT, "the header");
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                JsonToken value = json.nextToken();
                if (name.equals(METADATA)) {
                    json.skipChildren();
                    continue;
                }
                expect(json, value, JsonToken.START_OBJECT, "tensor [" + name + "]");
                if (entries.size() == MAX_TENSORS)
                    throw new IOException("the header has more than [" + MAX_TENSORS + "] tensors");
                if (entries.put(name, entry(json, name)) != null) throw new IOException("tensor [" + name + "] is there twice");
            }
            expect(json, json.currentToken(), JsonToken.END_OBJECT, "the end of the header");
            if (json.nextToken() != null)
                throw new IOException("something follows the header's JSON: [" + json.currentToken() + "]");
        }
        checkData(entries, dataBytes);
        return entries;
    }

    private static Entry entry(JsonParser json, String name) throws IOException {
        Dtype type = null;
        List<Long> shape = null;
        List<Long> offsets = null;
        for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
            JsonToken value = json.nextToken();
            switch (key) {
                case TYPE -> {
                    expect(json, value, JsonToken.VALUE_STRING, "[" + TYPE + "] of tensor [" + name + "]");
                    type = type(json.getText(), name);
                }
                case SHAPE -> shape = numbers(json, value, "[" + SHAPE + "] of tensor [" + name + "]");
                case OFFSETS -> offsets = numbers(json, value, "[" + OFFSETS + "] of tensor [" + name + "]");
                default -> json.skipChildren();
            }
        }
        expect(json, json.currentToken(), JsonToken.END_OBJECT, "the end of tensor [" + name + "]");
        if (type == null || shape == null || offsets == null || offsets.size() != 2) {
            throw new IOException(
                    "tensor [" + name + "] lacks one of " + List.of(TYPE, SHAPE, OFFSETS) + " or has no two offsets");
        }
        Entry entry = new Entry(type, shape, offsets.get(0), offsets.get(1));
        if (entry.end - entry.begin != bytes(entry, name)) {
            throw new IOException("tensor [" + name + "] of type [" + type + "] and shape " + shape + " has offsets " + offsets
                    + ", expected [" + bytes(entry, name) + "] bytes between them");
        }
        return entry;
    }

    private static Dtype type(String name, String tensor) throws IOException {
        try {
            return Dtype.valueOf(name);
        } catch (IllegalArgumentException e) {
            throw new IOException("tensor [" + tensor + "] has the unknown type [" + name + "], expected one of "
                    + List.of(Dtype.values()), e);
        }
    }

    private static List<Long> numbers(JsonParser json, JsonToken value, String what) throws IOException {
        expect(json, value, JsonToken.START_ARRAY, what);
        List<Long> numbers = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(json, json.currentToken(), JsonToken.VALUE_NUMBER_INT, what);
            long number = json.getLongValue();
            if (number < 0 || numbers.size() == MAX_AXES)
                throw new IOException(what + " holds [" + number + "] or too many numbers");
            numbers.add(number);
        }
        return numbers;
    }

    private static long bytes(Entry entry, String name) throws IOException {
        try {
            long bytes = entry.type.bytes();
            for (long length : entry.shape) {
                bytes = Math.multiplyExact(bytes, length);
            }
            return bytes;
        } catch (ArithmeticException e) {
            throw new IOException("tensor [" + name + "] of shape " + entry.shape + " is larger than any file", e);
        }
    }

    /** The tensors must fill the data exactly, without holes and without overlap: anything else is damage, or two files in one. */
    private static void checkData(Map<String, Entry> entries, long dataBytes) throws IOException {
        List<Map.Entry<String, Entry>> byOffset = new ArrayList<>(entries.entrySet());
        byOffset.sort(Comparator.comparingLong((Map.Entry<String, Entry> entry) -> entry.getValue().begin)
                .thenComparingLong(entry -> entry.getValue().end));
        long expected = 0;
        for (Map.Entry<String, Entry> entry : byOffset) {
            if (entry.getValue().begin != expected) {
                throw new IOException(
                        "tensor [" + entry.getKey() + "] begins at [" + entry.getValue().begin + "], expected [" + expected
                                + "], where the one before it ends");
            }
            expected = entry.getValue().end;
        }
        if (expected != dataBytes) {
            throw new IOException("the tensors need [" + expected + "] bytes, the file has [" + dataBytes + "] after its header");
        }
    }

    private static void expect(JsonParser json, JsonToken found, JsonToken expected, String what) throws IOException {
        if (found == expected) return;
        throw new IOException(what + " is [" + found + "] at byte [" + json.currentLocation().getByteOffset() + "], expected ["
                + expected + "]");
    }
}
