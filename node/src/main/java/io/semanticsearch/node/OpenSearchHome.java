package io.semanticsearch.node;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An OpenSearch home on disk, from which any number of nodes can be started.
 *
 * <p>{@code lib}, {@code agent} and {@code modules} are as the build put them together, {@code plugins} has what was installed,
 * {@code config} what all nodes have in common. Each node adds {@code nodes/<name>} (its own config and temporary files),
 * {@code data/<name>} and {@code logs/<name>}.
 */
public final class OpenSearchHome {
    /** Tells a home that this class made from a folder that it must not touch; has the version of OpenSearch once it is complete. */
    private static final String MARKER = ".opensearch-home";

    private static final Pattern SERVER_JAR = Pattern.compile("opensearch-(\\d+\\.\\d+\\.\\d+.*)\\.jar");

    private final Path root;
    private final String version;

    private OpenSearchHome(Path root, String version) {
        this.root = root;
        this.version = version;
    }

    /**
     * Makes a fresh home, without data and logs, in place of the one that may be there. Large files are hard links to those of
     * {@code assembled}, so a copy takes no space of its own.
     *
     * <p>When the user under which a node of root runs cannot enter the folder of {@code target}, the files lie under
     * {@code /var/tmp} and {@code target} is a link to them; {@link #root()} says where.
     *
     * @param assembled what the build of this module left in {@code target/opensearch-<version>}, or another home
     * @param target replaced if an earlier call made it and none of its nodes runs; refused if there is anything else
     */
    public static OpenSearchHome create(Path assembled, Path target) throws IOException {
        String version = assembledVersion(assembled);
        Files.createDirectories(target.toAbsolutePath().getParent());
        HomePlace place = HomePlace.of(target, NodeUser.ofThisProcess(), HomePlace.openFolder());
        place.requireOwn();
        clear(place.files());
        if (place.isLink() && !Files.isSymbolicLink(place.asked())) clear(place.asked());

        Path root = place.files();
        Files.createDirectories(root);
        Files.writeString(root.resolve(MARKER), "");
        for (String part : List.of("lib", "agent", "modules", "plugins")) {
            if (Files.isDirectory(assembled.resolve(part))) new FileTree(assembled.resolve(part)).linkTo(root.resolve(part));
        }
        new FileTree(assembled.resolve("config")).copyTo(root.resolve("config"));
        // A node makes [bin] if it is missing, which its user may not.
        for (String part : List.of("bin", "plugins", "nodes", "data", "logs")) {
            Files.createDirectories(root.resolve(part));
            FileTree.openFolder(root.resolve(part));
        }
        FileTree.openFolder(root);
        Files.writeString(root.resolve(MARKER), version);
        place.link();
        return open(target);
    }

    /** Opens a home that {@link #create} made. */
    public static OpenSearchHome open(Path home) throws IOException {
        Path marker = home.resolve(MARKER);
        if (!Files.isRegularFile(marker)) {
            throw new IllegalArgumentException(
                    "[" + home + "] is not a home made by OpenSearchHome.create: it has no file [" + MARKER + "]");
        }
        String version = Files.readString(marker);
        if (version.isEmpty()) {
            throw new IllegalArgumentException("[" + home + "] is incomplete: making it was interrupted; make it again");
        }
        return new OpenSearchHome(home.toRealPath(), version);
    }

    /**
     * Installs a plugin as {@code opensearch-plugin install} does: checks that it fits, unpacks it into {@code plugins/<name>}, and
     * adds what its {@code config} folder has to {@code config/<name>}, where files that are there stay. One of the same name is
     * replaced. Nodes see it when they are started again.
     *
     * @throws PluginRefusedException if the zip is malformed or does not fit this home; nothing has changed then
     */
    public void install(Path pluginZip) throws IOException {
        new PluginInstallation(root, version).install(pluginZip);
    }

    /** The folder that really has the files; absolute, without links. */
    public Path root() {
        return root;
    }

    /** What all nodes of this home have in common; copied for each node when it starts. */
    public Path config() {
        return root.resolve("config");
    }

    /** Has a folder for each node. */
    public Path logs() {
        return root.resolve("logs");
    }

    /** The version of OpenSearch, as in {@code 3.8.0}. */
    public String version() {
        return version;
    }

    private static String assembledVersion(Path assembled) throws IOException {
        for (String needed : List.of("lib", "agent/opensearch-agent.jar", "modules", "config/log4j2.properties")) {
            if (!Files.exists(assembled.resolve(needed))) throw notAssembled(assembled, needed);
        }
        try (Stream<Path> jars = Files.list(assembled.resolve("lib"))) {
            return jars.map(jar -> SERVER_JAR.matcher(jar.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(jar -> jar.group(1))
                    .findFirst()
                    .orElseThrow(() -> notAssembled(assembled, "lib/opensearch-<version>.jar"));
        }
    }

    private static IllegalArgumentException notAssembled(Path assembled, String missing) {
        return new IllegalArgumentException(
                "[" + assembled + "] is not an assembled OpenSearch home: it has no [" + missing
                        + "]; `mvn package` of the module [node] makes one");
    }

    private static void clear(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) return;
        if (!Files.isRegularFile(folder.resolve(MARKER)) && !isEmptyFolder(folder)) {
            throw new IllegalArgumentException("[" + folder + "] exists and is not a home made by OpenSearchHome.create; "
                    + "choose another folder, or remove it yourself");
        }
        Optional<String> running = runningNode(folder.resolve("nodes"));
        if (running.isPresent()) {
            throw new IllegalStateException("[" + folder + "] is in use: " + running.get() + " runs from it; stop it first");
        }
        new FileTree(folder).delete();
    }

    private static boolean isEmptyFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) return false;
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.findAny().isEmpty();
        }
    }

    private static Optional<String> runningNode(Path nodes) throws IOException {
        if (!Files.isDirectory(nodes)) return Optional.empty();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(nodes, Files::isDirectory)) {
            for (Path node : all) {
                Optional<NodeHandle> running = new PidFile(node.resolve("pid")).running();
                if (running.isPresent())
                    return Optional.of("node [" + node.getFileName() + "] with process id " + running.get().pid());
            }
        }
        return Optional.empty();
    }
}
