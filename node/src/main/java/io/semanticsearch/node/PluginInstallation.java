package io.semanticsearch.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Installs plugin zips into one home: unpacked beside {@code plugins} first, and moved there when nothing is wrong with them. */
record PluginInstallation(Path home, String homeVersion) {
    /** Enough to see the jar that should not be in the zip. */
    private static final int DUPLICATES_SHOWN = 20;

    void install(Path zip) throws IOException {
        String zipName = zip.getFileName().toString();
        Path unpacked = home.resolve(".installing");
        new FileTree(unpacked).delete();
        try {
            PluginDescriptor plugin;
            try (ZipFile file = new ZipFile(zip.toFile())) {
                plugin = descriptor(file, zipName);
                requireFit(plugin);
                unpack(file, zipName, unpacked);
            } catch (ZipException e) {
                throw new PluginRefusedException("[" + zipName + "] is not a readable zip: " + e.getMessage(), e);
            }
            requireNoJarHell(plugin, unpacked);
            moveConfig(unpacked.resolve("config"), home.resolve("config").resolve(plugin.name()));
            new FileTree(unpacked).openToAll();
            Path installed = home.resolve("plugins").resolve(plugin.folder());
            new FileTree(installed).delete();
            Files.move(unpacked, installed);
        } finally {
            new FileTree(unpacked).delete();
        }
    }

    private static PluginDescriptor descriptor(ZipFile zip, String zipName) throws IOException {
        ZipEntry entry = zip.getEntry(PluginDescriptor.FILE);
        if (entry == null) {
            throw new PluginRefusedException("[" + zipName + "] has no [" + PluginDescriptor.FILE
                    + "] at its root; the descriptor and the jars must lie there, not in a folder");
        }
        try (Reader text = new InputStreamReader(zip.getInputStream(entry), StandardCharsets.UTF_8)) {
            return PluginDescriptor.read(text, zipName);
        }
    }

    private void requireFit(PluginDescriptor plugin) {
        List<String> problems = new ArrayList<>();
        if (!plugin.openSearch().contains(Version.parse(homeVersion))) {
            problems.add("is for OpenSearch [" + plugin.openSearch() + "], this home has [" + homeVersion + "]");
        }
        if (plugin.java() > Jdk.VERSION)
            problems.add("needs Java [" + plugin.java() + "], the node runs on [" + Jdk.VERSION + "]");
        if (Files.exists(home.resolve("modules").resolve(plugin.name())))
            problems.add("has the name of a module, which is there already");
        for (String extended : plugin.extended()) {
            if (folderOf(extended).isEmpty()) problems.add("extends [" + extended + "], which is not installed");
        }
        if (!problems.isEmpty()) {
            throw new PluginRefusedException(
                    "[" + plugin.name() + "] version [" + plugin.version() + "] " + String.join("; it ", problems));
        }
    }

    private static void unpack(ZipFile zip, String zipName, Path target) throws IOException {
        Files.createDirectories(target);
        for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements();) {
            ZipEntry entry = entries.nextElement();
            Path file = target.resolve(entry.getName()).normalize();
            if (!file.startsWith(target)) {
                throw new PluginRefusedException(
                        "[" + zipName + "] entry [" + entry.getName() + "] would be unpacked outside of the plugin's folder");
            }
            if (entry.isDirectory()) {
                Files.createDirectories(file);
                continue;
            }
            Files.createDirectories(file.getParent());
            try (InputStream bytes = zip.getInputStream(entry)) {
                Files.copy(bytes, file);
            }
        }
    }

    private void requireNoJarHell(PluginDescriptor plugin, Path unpacked) throws IOException {
        JarHell jars = new JarHell();
        jars.add(home.resolve("lib"), "lib/");
        for (String extended : plugin.extended()) {
            for (Path folder : folderOf(extended)) jars.add(folder, home.relativize(folder) + "/");
        }
        jars.add(unpacked, "");
        List<String> duplicates = jars.duplicates();
        if (duplicates.isEmpty()) return;
        String shown = duplicates.stream().limit(DUPLICATES_SHOWN).collect(Collectors.joining("\n  "));
        String more = duplicates.size() > DUPLICATES_SHOWN ? "\n  and " + (duplicates.size() - DUPLICATES_SHOWN) + " more" : "";
        throw new PluginRefusedException("[" + plugin.name() + "] jar hell: the node would not start, as " + duplicates.size()
                + " classes are in two jars; leave out of the zip what the node has:\n  " + shown + more);
    }

    /** The folder of an installed plugin or module; none or one. */
    private List<Path> folderOf(String plugin) {
        return Stream.of("modules", "plugins").map(kind -> home.resolve(kind).resolve(plugin)).filter(Files::isDirectory).limit(1)
                .toList();
    }

    /** Files that are there may have been edited, and stay. */
    private static void moveConfig(Path from, Path to) throws IOException {
        if (!Files.isDirectory(from)) return;
        try (Stream<Path> all = Files.walk(from)) {
            for (Path source : (Iterable<Path>) all::iterator) {
                Path target = to.resolve(from.relativize(source).toString());
                if (Files.isDirectory(source)) Files.createDirectories(target);
                else if (!Files.exists(target)) Files.copy(source, target);
            }
        }
        new FileTree(from).delete();
        new FileTree(to).openToAll();
    }
}
