package io.semanticsearch.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Looks for classes that more than one jar has. A node compares the jars of each plugin with its own and with each other, and does not
 * start if it finds one; it names only that one, this names them all.
 */
final class JarHell {
    private final Map<String, String> jarOfClass = new HashMap<>();
    private final List<String> duplicates = new ArrayList<>();

    /**
     * Adds the jars of a folder, if there is one.
     *
     * @param label stands for the folder in messages
     */
    void add(Path folder, String label) throws IOException {
        if (!Files.isDirectory(folder)) return;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).sorted().toList())
                addJar(jar, label + jar.getFileName());
        }
    }

    /** Lines like {@code com.example.Thing in lib/a.jar and b.jar}. */
    List<String> duplicates() {
        return List.copyOf(duplicates);
    }

    private void addJar(Path jar, String label) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements();) {
                String entry = entries.nextElement().getName();
                // Each jar may have a description of its module; class loaders do not look for it.
                if (!entry.endsWith(".class") || entry.endsWith("module-info.class")) continue;
                String other = jarOfClass.putIfAbsent(entry, label);
                if (other != null) {
                    String name = entry.substring(0, entry.length() - ".class".length()).replace('/', '.');
                    duplicates.add(name + " in " + other + " and " + label);
                }
            }
        } catch (ZipException e) {
            throw new PluginRefusedException("[" + label + "] is not a readable jar: " + e.getMessage(), e);
        }
    }
}
