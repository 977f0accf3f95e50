package io.semanticsearch.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One value of a {@code tokenizer.json} and the path to it, so that every complaint says where.
 *
 * @param path such as {@code post_processor.single[0]}; empty for the whole file
 */
record FileSection(String path, JsonNode node) {

    private static final int LONGEST_REPLACEMENT = 1024;

    FileSection get(String key) {
        return new FileSection(path.isEmpty() ? key : path + "." + key, node.path(key));
    }

    /** An item of a list; for a long list less than making all of them. */
    FileSection item(int index) {
        return new FileSection(path + "[" + index + "]", node.path(index));
    }

    boolean absent() {
        return node.isMissingNode() || node.isNull();
    }

    boolean has(String key) {
        return node.hasNonNull(key);
    }

    /** Reads this with the reader that stands under its {@code type}. */
    <T> T readByType(Map<String, Function<FileSection, T>> readers) {
        return readAs(get("type").text(), readers);
    }

    <T> T readAs(String type, Map<String, Function<FileSection, T>> readers) {
        Function<FileSection, T> reader = readers.get(type);
        if (reader == null) {
            throw new TokenizerException(
                    "tokenizer.json: " + path + " type [" + type + "] is not supported; supported: " + readers.keySet());
        }
        return reader.apply(this);
    }

    FileSection object() {
        if (!node.isObject()) throw expected("an object");
        return this;
    }

    List<FileSection> list() {
        if (!node.isArray()) throw expected("a list");
        List<FileSection> items = new ArrayList<>(node.size());
        for (int i = 0; i < node.size(); i++) items.add(item(i));
        return items;
    }

    boolean flag() {
        if (!node.isBoolean()) throw expected("true or false");
        return node.booleanValue();
    }

    boolean flagOr(boolean fallback) {
        return absent() ? fallback : flag();
    }

    String text() {
        if (!node.isTextual()) throw expected("a string");
        return node.textValue();
    }

    /** A string that takes the place of something in a text: a short text must not become an endless one. */
    String replacement() {
        if (text().length() <= LONGEST_REPLACEMENT) return text();
        throw bad("has [" + text().length() + "] chars, expected " + LONGEST_REPLACEMENT + " at most");
    }

    String textOr(String fallback) {
        return absent() ? fallback : text();
    }

    /** A number that counts something or is an id. */
    int count() {
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < 0) {
            throw expected("a whole number from 0 to " + Integer.MAX_VALUE);
        }
        return node.intValue();
    }

    /** @param complaint what is wrong with this section and what was expected */
    TokenizerException bad(String complaint) {
        return new TokenizerException("tokenizer.json: " + path + " " + complaint);
    }

    private TokenizerException expected(String what) {
        if (node.isMissingNode()) return bad("is missing, expected " + what);
        String value = node.toString();
        return bad("is [" + (value.length() <= 60 ? value : value.substring(0, 60) + "...") + "], expected " + what);
    }
}
