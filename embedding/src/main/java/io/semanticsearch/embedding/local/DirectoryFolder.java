package io.semanticsearch.embedding.local;

import io.semanticsearch.embedding.EmbeddingException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A model in a directory of the models folder. */
final class DirectoryFolder implements ModelFolder {

    private static final int LISTED = 40;
    private static final int LISTED_DEPTH = 3;

    private final String model;
    private final Path root;

    private DirectoryFolder(String model, Path root) {
        this.model = model;
        this.root = root;
    }

    /**
     * Finds the directory of a model.
     *
     * @param model the model as its user wrote it, for messages
     * @param modelsFolder where models may be; may itself be a link, but nothing in it may link out of it
     * @param name relative path under the models folder
     * @throws EmbeddingException.BadRequest when it is not there, naming what is
     */
    static DirectoryFolder find(String model, Path modelsFolder, String name) {
        Optional<Path> root = inside(modelsFolder, name).filter(Files::isDirectory);
        if (root.isPresent()) return new DirectoryFolder(model, root.get());
        throw new EmbeddingException.BadRequest("model [" + model + "]: there is no folder [" + name + "] in the models folder ["
                + modelsFolder + "], which has " + list(modelsFolder, 1)
                + "; put the model there, as a folder and not as a link, on each node");
    }

    /** @param root of a copy that this node made itself */
    static DirectoryFolder of(String model, Path root) {
        try {
            return new DirectoryFolder(model, root.toRealPath());
        } catch (IOException e) {
            throw new EmbeddingException.Unavailable("model [" + model + "]: its copy [" + root + "] cannot be read: " + e, e);
        }
    }

    @Override
    public String model() {
        return model;
    }

    @Override
    public boolean has(String file) {
        return path(file).isPresent();
    }

    @Override
    public InputStream open(String file) throws IOException {
        return Files.newInputStream(existing(file));
    }

    @Override
    public long size(String file) throws IOException {
        return Files.size(existing(file));
    }

    @Override
    public Optional<Path> path(String file) {
        return inside(root, file).filter(Files::isRegularFile);
    }

    @Override
    public Optional<Path> root() {
        return Optional.of(root);
    }

    @Override
    public List<String> files() {
        return list(root, LISTED_DEPTH);
    }

    private Path existing(String file) throws NoSuchFileException {
        return path(file).orElseThrow(() -> new NoSuchFileException(file));
    }

    /** The real path of something under a folder; empty when it is not there or, by its name or by a link, lies outside. */
    private static Optional<Path> inside(Path folder, String name) {
        try {
            Path realFolder = folder.toRealPath();
            Path real = realFolder.resolve(name).toRealPath();
            return real.startsWith(realFolder) && !real.equals(realFolder) ? Optional.of(real) : Optional.empty();
        } catch (IOException | InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static List<String> list(Path folder, int depth) {
        try {
            // A walk would not enter a folder that is a link.
            Path real = folder.toRealPath();
            try (Stream<Path> files = Files.walk(real, depth)) {
                return files.filter(file -> !file.equals(real)).filter(file -> depth == 1 || !Files.isDirectory(file))
                        .map(file -> real.relativize(file).toString()).sorted().limit(LISTED).toList();
            }
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }
}
