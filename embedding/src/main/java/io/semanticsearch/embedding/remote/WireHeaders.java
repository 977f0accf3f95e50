package io.semanticsearch.embedding.remote;

import java.util.Optional;
import java.util.OptionalLong;

/** Headers of an answer, by name in any case. */
@FunctionalInterface
interface WireHeaders {

    Optional<String> get(String name);

    /** A whole number of 0 or more; empty where there is none. */
    default OptionalLong number(String name) {
        Optional<String> text = get(name).map(String::strip).filter(value -> value.matches("\\d{1,18}"));
        return text.isPresent() ? OptionalLong.of(Long.parseLong(text.get())) : OptionalLong.empty();
    }
}
