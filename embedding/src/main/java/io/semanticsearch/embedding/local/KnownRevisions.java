package io.semanticsearch.embedding.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Revisions that were computed in this process: to hash the files of a model again takes about a second a gigabyte. Files that kept their
 * size and their time are taken to be the same.
 */
final class KnownRevisions {

    private static final int MAX_KNOWN = 1000;

    private final Map<List<Object>, String> known = new LinkedHashMap<>();

    /** @param files that decide what a vector is */
    String of(ModelFolder folder, List<String> files) {
        List<Object> key = new ArrayList<>(List.of(folder.model()));
        for (String file : new TreeSet<>(files)) {
            if (folder.has(file)) key.addAll(identity(folder, file));
        }
        synchronized (known) {
            if (known.containsKey(key)) return known.get(key);
        }
        // Outside of the lock: another model need not wait.
        String revision = Revision.of(folder, files);
        synchronized (known) {
            if (known.size() == MAX_KNOWN) known.remove(known.keySet().iterator().next());
            known.put(key, revision);
        }
        return revision;
    }

    /** What tells that a file is another one; a file that comes with the code never is. */
    private static List<Object> identity(ModelFolder folder, String file) {
        Optional<Path> path = folder.path(file);
        try {
            return path.isEmpty()
                    ? List.of(file)
                    : List.of(file, path.get(), Files.size(path.get()), Files.getLastModifiedTime(path.get()));
        } catch (IOException e) {
            throw folder.broken(file, "cannot be read: " + e.getMessage(), e);
        }
    }
}
