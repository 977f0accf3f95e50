package io.semanticsearch.embedding.remote;

import java.util.Locale;

/** Names of hosts as rules write them: one host, or with {@code *.} in front all hosts below a name. */
final class HostPattern {

    private static final String BELOW = "*.";

    private HostPattern() {}

    static boolean matches(String pattern, String host) {
        String name = host.toLowerCase(Locale.ROOT);
        String wanted = pattern.toLowerCase(Locale.ROOT);
        return isWide(wanted) ? name.endsWith(wanted.substring(1)) && name.length() > wanted.length() - 1 : name.equals(wanted);
    }

    static boolean isWide(String pattern) {
        return pattern.startsWith(BELOW);
    }
}
