package io.semanticsearch.plugin.rest;

import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.Role;
import io.semanticsearch.plugin.models.Statuses;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** What the bodies of the endpoints that embed without an index have in common; what is misshapen is an {@link IllegalArgumentException}. */
final class EmbedFields {

    private EmbedFields() {}

    static void checkKeys(Map<String, Object> body, Set<String> known) {
        Set<String> unknown = new TreeSet<>(body.keySet());
        unknown.removeAll(known);
        if (!unknown.isEmpty())
            throw new IllegalArgumentException("unknown keys " + unknown + "; known are " + new TreeSet<>(known));
    }

    /** A text or a list of texts. */
    static List<String> texts(String key, Object value, int most) {
        List<?> texts = value instanceof List<?> list ? list : value == null ? List.of() : List.of(value);
        if (texts.isEmpty()) throw new IllegalArgumentException("[" + key + "] is missing; expected a text or a list of texts");
        if (texts.size() > most) {
            throw new IllegalArgumentException(
                    "[" + key + "] holds [" + texts.size() + "] texts; send at most [" + most + "] at a time");
        }
        return texts.stream().map(text -> {
            if (text instanceof String string) return string;
            throw new IllegalArgumentException("[" + key + "] holds [" + text + "]; expected texts");
        }).toList();
    }

    static Role role(Object type) {
        try {
            return type == null ? Role.DOCUMENT : Role.of(type.toString());
        } catch (EmbeddingException e) {
            throw Statuses.of(e);
        }
    }

    static OptionalInt dimensions(Object value) {
        if (value == null) return OptionalInt.empty();
        if (value instanceof Integer number && number > 0) return OptionalInt.of(number);
        throw new IllegalArgumentException("[dimensions] is [" + value + "]; expected a whole number above 0");
    }

    static boolean yes(String key, Object value, boolean unlessSaid) {
        if (value == null) return unlessSaid;
        if (value instanceof Boolean bool) return bool;
        throw new IllegalArgumentException("[" + key + "] is [" + value + "]; expected true or false");
    }
}
