package io.semanticsearch.embedding;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What running a model once told about it: kept beside its definition, so that mappings and answers need not load it.
 *
 * @param dimension numbers in a vector
 * @param space id of its {@link Space}
 * @param maxTokens tokens of one text that it reads at most
 * @param pooling how token vectors become one, empty where the provider does not tell
 * @param prompts what is put before each text
 * @param precision such as {@code int8}
 * @param device such as {@code cpu}
 * @param immediate whether it is {@link EmbeddingFunction#isImmediate}
 * @param notes what else its user should know about how it runs, a sentence each
 */
public record ModelFacts(int dimension,
        String space,
        int maxTokens,
        String pooling,
        Prompts prompts,
        String precision,
        String device,
        boolean immediate,
        List<String> notes) {

    private static final String DIMENSION = "dimension";
    private static final String SPACE = "space";
    private static final String MAX_TOKENS = "max_tokens";
    private static final String POOLING = "pooling";
    private static final String PROMPTS = "prompts";
    private static final String PRECISION = "precision";
    private static final String DEVICE = "device";
    private static final String IMMEDIATE = "immediate";
    private static final String NOTES = "notes";

    /** Facts of a model that is not immediate. */
    public ModelFacts(int dimension,
            String space,
            int maxTokens,
            String pooling,
            Prompts prompts,
            String precision,
            String device,
            List<String> notes) {
        this(dimension, space, maxTokens, pooling, prompts, precision, device, false, notes);
    }

    public ModelFacts {
        if (dimension < 1) throw new IllegalArgumentException("[" + DIMENSION + "] is [" + dimension + "], expected 1 or more");
        if (!Space.isId(space)) throw new IllegalArgumentException("[" + SPACE + "] is [" + space + "], expected 16 hex digits");
        if (maxTokens < 1) throw new IllegalArgumentException("[" + MAX_TOKENS + "] is [" + maxTokens + "], expected 1 or more");
        Objects.requireNonNull(pooling, POOLING);
        Objects.requireNonNull(prompts, PROMPTS);
        Objects.requireNonNull(precision, PRECISION);
        Objects.requireNonNull(device, DEVICE);
        notes = List.copyOf(notes);
    }

    public static ModelFacts of(EmbeddingFunction function) {
        Space space = function.space();
        return new ModelFacts(function.dimension(), space.id(), function.maxTokens(), space.pooling(), space.prompts(),
                function.precision(), function.device(), function.isImmediate(), function.notes());
    }

    /** What {@link #toMap} wrote; an {@link IllegalArgumentException} names what is missing or misshapen. */
    public static ModelFacts of(Map<String, Object> map) {
        if (!(map.get(PROMPTS) instanceof Map<?, ?> prompts)) throw unusable(PROMPTS, map.get(PROMPTS));
        return new ModelFacts(number(map, DIMENSION), text(map, SPACE), number(map, MAX_TOKENS), text(map, POOLING),
                new Prompts(text(prompts, Role.DOCUMENT.wireName()), text(prompts, Role.QUERY.wireName())), text(map, PRECISION),
                text(map, DEVICE), Boolean.TRUE.equals(map.get(IMMEDIATE)), texts(map, NOTES));
    }

    /** Maps, strings and numbers only, for cluster state and answers. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(DIMENSION, dimension);
        map.put(MAX_TOKENS, maxTokens);
        map.put(POOLING, pooling);
        map.put(PROMPTS, prompts.toMap());
        map.put(SPACE, space);
        map.put(PRECISION, precision);
        map.put(DEVICE, device);
        if (immediate) map.put(IMMEDIATE, true);
        if (!notes.isEmpty()) map.put(NOTES, notes);
        return map;
    }

    private static int number(Map<?, ?> map, String key) {
        if (map.get(key) instanceof Number number) return number.intValue();
        throw unusable(key, map.get(key));
    }

    private static String text(Map<?, ?> map, String key) {
        if (map.get(key) instanceof String text) return text;
        throw unusable(key, map.get(key));
    }

    /** Absent for a model that there is nothing to say about. */
    private static List<String> texts(Map<?, ?> map, String key) {
        return switch (map.get(key)) {
            case null -> List.of();
            case List<?> texts -> texts.stream().map(String::valueOf).toList();
            case Object other -> throw unusable(key, other);
        };
    }

    private static IllegalArgumentException unusable(String key, Object value) {
        return new IllegalArgumentException(
                "facts of a model: [" + key + "] is [" + value + "], which this version did not write");
    }
}
