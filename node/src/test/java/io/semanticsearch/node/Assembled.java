package io.semanticsearch.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The home that the build put together, and where tests may make copies of it. */
final class Assembled {
    static final Path HOME = Path.of(System.getProperty("home.assembled"));
    static final Path DEPENDENCY_TREE = Path.of(System.getProperty("home.dependencies"));

    private Assembled() {}

    static OpenSearchHome copy(String name) throws IOException {
        return OpenSearchHome.create(HOME, work().resolve(name));
    }

    static Path work() throws IOException {
        return Files.createDirectories(Path.of(System.getProperty("home.work")));
    }
}
