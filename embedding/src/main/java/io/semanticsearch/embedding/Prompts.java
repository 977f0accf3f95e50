package io.semanticsearch.embedding;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What a model wants to read before each text, put in front verbatim, with no space added.
 *
 * @param document before a document, empty for nothing
 * @param query before a query, empty for nothing
 */
public record Prompts(String document, String query) {

    /** For a model that wants the text alone. */
    public static final Prompts NONE = new Prompts("", "");

    public Prompts {
        Objects.requireNonNull(document, "document");
        Objects.requireNonNull(query, "query");
    }

    public String of(Role role) {
        return switch (role) {
            case DOCUMENT -> document;
            case QUERY -> query;
        };
    }

    /** One entry a role. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        for (Role role : Role.values()) {
            map.put(role.wireName(), of(role));
        }
        return map;
    }
}
