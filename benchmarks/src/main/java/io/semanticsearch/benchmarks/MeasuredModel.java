package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.node.OpenSearchHome;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The model whose vectors are measured.
 *
 * @param folder where its files are; empty for the model that comes with the plugin
 * @param precision as a definition has it; empty for what the plugin chooses
 */
record MeasuredModel(Optional<Path> folder, Optional<String> precision) {
    static final String OPTION = "--model";

    private static final String BUILT_IN = "built-in:english-small";
    private static final String DEFINED = "measured";
    private static final String MODELS = "semantic-search/models";

    static MeasuredModel of(CommandLine options) {
        return new MeasuredModel(options.existingFolder(OPTION), Optional.empty());
    }

    /** What mappings and requests call it. */
    String id() {
        return folder.isEmpty() ? BUILT_IN : DEFINED;
    }

    /** What tables call it. */
    String name() {
        return folder.map(path -> path.getFileName().toString()).orElse(BUILT_IN);
    }

    /** The model as a definition names it. */
    String reference() {
        return folder.isEmpty() ? BUILT_IN : "file:" + DEFINED;
    }

    String path() {
        return "/_plugins/_semantic/models/" + URLEncoder.encode(id(), StandardCharsets.UTF_8);
    }

    /** Where the home has the folders of models. */
    static Path models(OpenSearchHome home) {
        return home.config().resolve(MODELS);
    }

    /** Before the node starts: puts the files where the node looks for them. */
    void copyTo(OpenSearchHome home) throws IOException {
        if (folder.isEmpty()) return;
        Path source = folder.get();
        List<Path> files;
        try (Stream<Path> all = Files.walk(source)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            Path copy = models(home).resolve(DEFINED).resolve(source.relativize(file).toString());
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
        }
    }

    /** Once the node answers. */
    void define(Rest rest) throws IOException {
        if (folder.isEmpty()) return;
        ObjectNode definition = JsonNodeFactory.instance.objectNode().put("provider", "local").put("model", reference());
        precision.ifPresent(chosen -> definition.put("precision", chosen));
        rest.call("PUT", path(), definition.toString());
    }
}
