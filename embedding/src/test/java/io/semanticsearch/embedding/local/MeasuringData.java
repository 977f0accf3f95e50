package io.semanticsearch.embedding.local;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Models and evaluation sets that are too large for the project. A test that needs some is skipped where they are absent. */
final class MeasuringData {

    private MeasuringData() {}

    /** A file or folder of the data, by its path in it. */
    static Path path(String name) {
        String root = System.getProperty("semantic.data");
        assumeTrue(root != null, "skipped: the system property [semantic.data] does not say where the measuring data is");
        Path path = Path.of(root, name);
        assumeTrue(Files.exists(path), "skipped: the measuring data has no [" + name + "]");
        return path;
    }
}
