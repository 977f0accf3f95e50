package io.semanticsearch.plugin;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** Where the plugin is installed. */
final class PluginFolder {

    /** The folder with the native libraries, one folder a platform: beside the jar of this class. */
    static final Path NATIVES = jar().resolveSibling("native");

    private PluginFolder() {}

    private static Path jar() {
        try {
            return Path.of(PluginFolder.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the place of a jar is a URI", e);
        }
    }
}
