package io.semanticsearch.node;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/** Temporary folders that all users can enter: under root a home in a closed one would be put elsewhere. */
final class OpenTempDir implements TempDirFactory {
    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context) throws Exception {
        Path folder = Files.createTempDirectory(Files.createDirectories(Path.of("target/tmp")), "test");
        FileTree.openFolder(folder);
        return folder.toAbsolutePath();
    }
}
