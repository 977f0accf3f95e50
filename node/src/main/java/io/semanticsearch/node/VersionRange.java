package io.semanticsearch.node;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The versions of OpenSearch that a plugin is for, in the forms that a descriptor may have: {@code 3.8.0} and {@code =3.8.0} are that
 * one, {@code ~3.8.0} is 3.8.0 up to but not 3.9.0, {@code ^3.8.0} up to but not 4.0.0, and {@code [3.5.0,3.9.0)} as written.
 */
record VersionRange(String text, Version from, boolean withFrom, Version to, boolean withTo) {
    private static final Pattern INTERVAL = Pattern.compile("([\\[(])([^,]+),([^,]+)([])])");

    static VersionRange parse(String text) {
        Matcher interval = INTERVAL.matcher(text);
        if (interval.matches()) {
            return new VersionRange(text, Version.parse(interval.group(2)), interval.group(1).equals("["),
                    Version.parse(interval.group(3)),
                    interval.group(4).equals("]"));
        }
        char operator = text.isEmpty() ? ' ' : text.charAt(0);
        Version from = Version.parse(operator == '~' || operator == '^' || operator == '=' ? text.substring(1) : text);
        return switch (operator) {
            case '~' -> new VersionRange(text, from, true, new Version(from.major(), from.minor() + 1, 0), false);
            case '^' -> new VersionRange(text, from, true, new Version(from.major() + 1, 0, 0), false);
            default -> new VersionRange(text, from, true, from, true);
        };
    }

    boolean contains(Version version) {
        int low = version.compareTo(from);
        int high = version.compareTo(to);
        return (withFrom ? low >= 0 : low > 0) && (withTo ? high <= 0 : high < 0);
    }

    @Override
    public String toString() {
        return text;
    }
}
