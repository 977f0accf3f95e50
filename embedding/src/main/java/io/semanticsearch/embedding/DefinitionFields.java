package io.semanticsearch.embedding;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/**
 * The body of a definition while it is read: gives checked values and collects what is wrong with the others, so that a user can mend
 * everything at once. A key that was never asked for is unknown.
 */
final class DefinitionFields {

    static final String PROVIDER = "provider";
    static final String MODEL = "model";
    static final String DIMENSIONS = "dimensions";
    static final String LONG_TEXT = "long_text";
    static final String KEEP_ALIVE = "keep_alive";
    static final String CACHE = "cache";
    static final String ALIASES = "aliases";

    private final String subject;
    private final Map<String, Object> body;
    private final Set<String> known = new LinkedHashSet<>();
    private final List<String> errors = new ArrayList<>();

    /** @param subject what is defined, for the message: {@code model [x]} */
    DefinitionFields(String subject, Map<String, Object> body) {
        this.subject = subject;
        this.body = body;
    }

    Optional<String> requiredText(String key, String expected) {
        Optional<String> text = text(key);
        if (text.isEmpty() && body.get(key) == null) error("[" + key + "] is missing, expected " + expected);
        return text;
    }

    Optional<String> text(String key) {
        known.add(key);
        return switch (body.get(key)) {
            case null -> Optional.empty();
            case String text when !text.isEmpty() -> Optional.of(text);
            case Object other -> {
                error("[" + key + "] is [" + other + "], expected text");
                yield Optional.empty();
            }
        };
    }

    /** What {@code parse} makes of the value, or empty with its complaint kept. */
    <V, T> Optional<T> parsed(V value, Function<V, T> parse) {
        try {
            return Optional.of(parse.apply(value));
        } catch (EmbeddingException.BadRequest e) {
            error(e.getMessage());
            return Optional.empty();
        }
    }

    OptionalInt dimensions() {
        return count(DIMENSIONS);
    }

    /** A whole number of 1 or more. */
    OptionalInt count(String key) {
        known.add(key);
        return switch (body.get(key)) {
            case null -> OptionalInt.empty();
            case Integer number when number > 0 -> OptionalInt.of(number);
            // Some parsers of JSON give every whole number as a long.
            case Long number when number > 0 && number <= Integer.MAX_VALUE -> OptionalInt.of(number.intValue());
            case Object other -> {
                error("[" + key + "] is [" + other + "], expected a whole number of 1 or more");
                yield OptionalInt.empty();
            }
        };
    }

    LongText longText() {
        return text(LONG_TEXT).flatMap(text -> parsed(text, LongText::of)).orElse(LongText.TRUNCATE);
    }

    Duration keepAlive() {
        known.add(KEEP_ALIVE);
        Object value = body.get(KEEP_ALIVE);
        return value == null ? KeepAlive.DEFAULT : parsed(value, KeepAlive::of).orElse(KeepAlive.DEFAULT);
    }

    boolean cache() {
        known.add(CACHE);
        return switch (body.get(CACHE)) {
            case null -> true;
            case Boolean cache -> cache;
            case Object other -> {
                error("[" + CACHE + "] is [" + other + "], expected [true] or [false]");
                yield true;
            }
        };
    }

    /** A duration of more than nothing, written as those of {@link KeepAlive}. */
    Optional<Duration> duration(String key) {
        return text(key).flatMap(text -> {
            Duration duration = Duration.ZERO;
            try {
                duration = KeepAlive.parse(text);
            } catch (EmbeddingException.BadRequest e) {
                // Told below, in the words of this field.
            }
            if (duration.isPositive()) return Optional.of(duration);
            error("[" + key + "] is [" + text
                    + "], expected a whole number and one of the units [ms, s, m, h, d], such as [30s]");
            return Optional.empty();
        });
    }

    /** A text for each role, or for some of them. */
    Map<Role, String> textsByRole(String key) {
        Map<Role, String> texts = new EnumMap<>(Role.class);
        object(key).forEach((name, value) -> parsed(name, Role::of).ifPresent(role -> {
            if (value instanceof String text) {
                texts.put(role, text);
            } else {
                error("[" + key + "." + name + "] is [" + value + "], expected text");
            }
        }));
        return texts;
    }

    /** An object of JSON, empty where there is none. */
    Map<String, Object> object(String key) {
        known.add(key);
        Map<String, Object> object = new LinkedHashMap<>();
        switch (body.get(key)) {
            case null -> {
            }
            case Map<?, ?> map -> map.forEach((name, value) -> object.put(String.valueOf(name), value));
            case Object other -> error("[" + key + "] is [" + other + "], expected an object");
        }
        return object;
    }

    List<String> aliases(String id) {
        known.add(ALIASES);
        List<String> aliases = new ArrayList<>();
        switch (body.get(ALIASES)) {
            case null -> {
            }
            case List<?> names -> names.forEach(name -> addAlias(name, id, aliases));
            case Object other -> error("[" + ALIASES + "] is [" + other + "], expected a list of names");
        }
        return aliases;
    }

    private void addAlias(Object name, String id, List<String> aliases) {
        if (!(name instanceof String alias)) {
            error("[" + ALIASES + "] holds [" + name + "], expected names");
        } else if (alias.equals(id)) {
            error("[" + ALIASES + "] holds [" + alias + "], which is the id itself; leave it out");
        } else if (aliases.contains(alias)) {
            error("[" + ALIASES + "] holds [" + alias + "] twice, expected each name once");
        } else if (checkName(ALIASES, alias)) {
            aliases.add(alias);
        }
    }

    boolean checkName(String key, String name) {
        if (ModelDefinition.NAME.matcher(name).matches()) return true;
        error("[" + key + "] is [" + name + "], expected a name that matches [" + ModelDefinition.NAME + "]");
        return false;
    }

    void error(String error) {
        errors.add(error);
    }

    /** Refuses keys that nobody asked for, and throws when anything was wrong. */
    void finish() {
        List<String> unknown = body.keySet().stream().filter(key -> !known.contains(key)).toList();
        if (!unknown.isEmpty()) error("unknown fields " + unknown + ", expected only " + known);
        if (!errors.isEmpty()) throw failure();
    }

    EmbeddingException.BadRequest failure() {
        return new EmbeddingException.BadRequest(subject + " cannot be defined: " + String.join("; ", errors));
    }
}
