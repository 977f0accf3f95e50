package io.semanticsearch.embedding.remote;

import java.util.Optional;

/** The secrets by name: asked for before each call, so that a reloaded one is used. Must not block. */
@FunctionalInterface
public interface Credentials {

    /** Without any. */
    Credentials NONE = name -> Optional.empty();

    Optional<Credential> find(String name);
}
