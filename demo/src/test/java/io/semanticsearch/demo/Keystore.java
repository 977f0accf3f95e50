package io.semanticsearch.demo;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Writes the keystore of a node, as {@code opensearch-keystore add} would, which does not come with the jars of OpenSearch. */
final class Keystore {

    static final String FILE = "opensearch.keystore";

    private Keystore() {}

    /**
     * Makes a keystore without a password, in place of one that may be there.
     *
     * @param home of OpenSearch, whose own classes write it
     */
    static void write(Path home, Path file, Map<String, String> secrets) throws IOException {
        Path folder = Files.createTempDirectory("keystore");
        try (URLClassLoader loader = new URLClassLoader(jars(home), ClassLoader.getPlatformClassLoader())) {
            Class<?> type = loader.loadClass("org.opensearch.common.settings.KeyStoreWrapper");
            Object keystore = type.getMethod("create").invoke(null);
            Method add = type.getDeclaredMethod("setString", String.class, char[].class);
            add.setAccessible(true);
            for (Map.Entry<String, String> secret : secrets.entrySet()) {
                add.invoke(keystore, secret.getKey(), secret.getValue().toCharArray());
            }
            type.getMethod("save", Path.class, char[].class).invoke(keystore, folder, new char[0]);
            // Into the file that is there, which belongs to the node's user.
            Files.write(file, Files.readAllBytes(folder.resolve(FILE)));
        } catch (ReflectiveOperationException e) {
            throw new IOException("the keystore cannot be written", e);
        } finally {
            Files.deleteIfExists(folder.resolve(FILE));
            Files.delete(folder);
        }
    }

    private static URL[] jars(Path home) throws IOException {
        List<URL> urls = new ArrayList<>();
        try (Stream<Path> jars = Files.list(home.resolve("lib"))) {
            for (Path jar : (Iterable<Path>) jars.filter(path -> path.toString().endsWith(".jar"))::iterator) urls.add(url(jar));
        }
        return urls.toArray(URL[]::new);
    }

    private static URL url(Path jar) throws MalformedURLException {
        return jar.toAbsolutePath().toUri().toURL();
    }
}
