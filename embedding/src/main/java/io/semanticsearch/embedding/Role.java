package io.semanticsearch.embedding;

import java.util.Arrays;
import java.util.Locale;

/** What a text is in a search: many models embed a question differently from the document that answers it. */
public enum Role {
    DOCUMENT, QUERY;

    /** The name in requests and between nodes. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The role with this wire name; a {@link EmbeddingException.BadRequest} names the known ones. */
    public static Role of(String wireName) {
        for (Role role : values()) {
            if (role.wireName().equals(wireName)) return role;
        }
        throw new EmbeddingException.BadRequest(
                "role [" + wireName + "] is not known, expected one of " + Arrays.stream(values()).map(Role::wireName).toList());
    }
}
