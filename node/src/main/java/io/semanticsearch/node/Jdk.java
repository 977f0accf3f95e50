package io.semanticsearch.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JDK of the version that the node runs on, checked when made.
 *
 * @param home the folder that has {@code bin/java}
 */
public record Jdk(Path home) {
    /** The only version accepted: plugins are compiled for it, and the node's flags are those for it. */
    public static final int VERSION = 25;

    private static final Pattern JAVA_VERSION = Pattern.compile("(?m)^JAVA_VERSION=\"(\\d+)");

    public Jdk {
        home = home.toAbsolutePath().normalize();
        if (!Files.isExecutable(home.resolve("bin/java"))) {
            throw new IllegalArgumentException("[" + home + "] is not a JDK: it has no executable [bin/java]");
        }
        OptionalInt version = versionOf(home);
        if (version.isEmpty()) {
            throw new IllegalArgumentException(
                    "[" + home + "] has no file [release] that tells its version; JDK " + VERSION + " is needed");
        }
        if (version.getAsInt() != VERSION) {
            throw new IllegalArgumentException(
                    "[" + home + "] is a JDK " + version.getAsInt() + "; JDK " + VERSION + " is needed");
        }
    }

    Path java() {
        return home.resolve("bin/java");
    }

    /** Read from the file {@code release}, which every JDK has, so that no process has to be started. */
    static OptionalInt versionOf(Path home) {
        Path release = home.resolve("release");
        if (!Files.isReadable(release)) return OptionalInt.empty();
        try {
            Matcher version = JAVA_VERSION.matcher(Files.readString(release));
            return version.find() ? OptionalInt.of(Integer.parseInt(version.group(1))) : OptionalInt.empty();
        } catch (IOException e) {
            return OptionalInt.empty();
        }
    }
}
