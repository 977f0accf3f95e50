package io.semanticsearch.ingest;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What the source of a target holds. */
enum SourceType {
    TEXT,
    /** A PNG or JPEG file in base64. */
    IMAGE;

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<SourceType> of(Object wireName) {
        return Arrays.stream(values()).filter(type -> type.wireName().equals(wireName)).findFirst();
    }
}
