package io.semanticsearch.node;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Finds a JDK 25: the one that runs this code, {@code JAVA25_HOME}, {@code JAVA_HOME}, then those under {@code /usr/lib/jvm}.
 *
 * <p>A JDK that the node's user cannot reach, one in the home folder of root for example, is passed over.
 */
public final class JdkFinder {
    private final Path running;
    private final Map<String, String> environment;
    private final Path installed;
    private final Predicate<Path> reachable;

    JdkFinder(Path running, Map<String, String> environment, Path installed, Predicate<Path> reachable) {
        this.running = running;
        this.environment = environment;
        this.installed = installed;
        this.reachable = reachable;
    }

    public static Jdk find() {
        NodeUser user = NodeUser.ofThisProcess();
        Path running = Path.of(System.getProperty("java.home"));
        return new JdkFinder(running, System.getenv(), Path.of("/usr/lib/jvm"), home -> user.mayRead(home.resolve("bin/java")))
                .first();
    }

    Jdk first() {
        List<Path> unreachable = new ArrayList<>();
        for (Path home : candidates()) {
            if (Jdk.versionOf(home).orElse(0) != Jdk.VERSION) continue;
            if (reachable.test(home)) return new Jdk(home);
            unreachable.add(home);
        }
        String reason = unreachable.isEmpty()
                ? "no JDK " + Jdk.VERSION + " found: not the running one [" + running + "], not in JAVA25_HOME, JAVA_HOME or ["
                        + installed + "]"
                : "no JDK " + Jdk.VERSION + " that the node's user can read: " + unreachable + " lies in a folder closed to it";
        throw new IllegalStateException(
                reason + "; install one, for example temurin-25-jdk, under [" + installed + "] or set JAVA25_HOME");
    }

    private List<Path> candidates() {
        List<Path> homes = new ArrayList<>();
        homes.add(running);
        for (String variable : List.of("JAVA25_HOME", "JAVA_HOME")) {
            String value = environment.get(variable);
            if (value != null && !value.isBlank()) homes.add(Path.of(value));
        }
        if (Files.isDirectory(installed)) {
            try (DirectoryStream<Path> folders = Files.newDirectoryStream(installed, Files::isDirectory)) {
                List<Path> sorted = new ArrayList<>();
                folders.forEach(sorted::add);
                sorted.sort(null);
                homes.addAll(sorted);
            } catch (IOException e) {
                throw new IllegalStateException("[" + installed + "] cannot be listed for a JDK; set JAVA25_HOME", e);
            }
        }
        return homes;
    }
}
