package io.semanticsearch.embedding.local;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A model that comes with the code, on the class path. */
final class ResourceFolder implements ModelFolder {

    private static final String ROOT = "/io/semanticsearch/embedding/models/";

    private final String model;
    private final String folder;
    private final List<String> files;

    /**
     * @param model the model as its user wrote it, for messages
     * @param name of the folder among the models that come with the code
     * @param files what it has: a class path cannot be listed
     */
    ResourceFolder(String model, String name, List<String> files) {
        this.model = model;
        this.folder = ROOT + name + "/";
        this.files = List.copyOf(files);
    }

    @Override
    public String model() {
        return model;
    }

    @Override
    public boolean has(String file) {
        return files.contains(file);
    }

    @Override
    public InputStream open(String file) throws IOException {
        InputStream in = has(file) ? ResourceFolder.class.getResourceAsStream(folder + file) : null;
        if (in == null) throw new FileNotFoundException(file);
        return in;
    }

    @Override
    public long size(String file) throws IOException {
        try (InputStream in = open(file)) {
            return in.transferTo(OutputStream.nullOutputStream());
        }
    }

    @Override
    public Optional<Path> path(String file) {
        return Optional.empty();
    }

    @Override
    public Optional<Path> root() {
        return Optional.empty();
    }

    @Override
    public List<String> files() {
        return files;
    }
}
