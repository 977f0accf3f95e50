package io.semanticsearch.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file {@code config/jvm.options} of a home: an argument a line, comments after {@code #}, and names like <code>${heap}</code>
 * that are filled in for each node. The command line has what this file says and no more, so the file is its documentation too.
 */
record JvmOptions(Path file, List<String> lines) {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]*)}");

    static JvmOptions read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file).stream().map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#")).toList();
        for (String line : lines) {
            if (!line.startsWith("-")) {
                throw new IllegalArgumentException(
                        "[" + file + "] line [" + line + "] is not a JVM argument: it does not start with [-]");
            }
        }
        return new JvmOptions(file, lines);
    }

    List<String> filledIn(Map<String, String> values) {
        List<String> filled = new ArrayList<>();
        for (String line : lines) filled.add(PLACEHOLDER.matcher(line).replaceAll(found -> literal(value(found, values))));
        return filled;
    }

    /** Half of the heap, in bytes: the launcher of the distribution gives the JVM as much for direct memory. */
    static long directMemory(String heap) {
        long number = Long.parseLong(heap.substring(0, heap.length() - 1));
        return switch (heap.charAt(heap.length() - 1)) {
            case 'k', 'K' -> number * 1024 / 2;
            case 'm', 'M' -> number * 1024 * 1024 / 2;
            case 'g', 'G' -> number * 1024 * 1024 * 1024 / 2;
            default -> throw new IllegalArgumentException("heap [" + heap + "] has no unit of k, m and g");
        };
    }

    private String value(MatchResult placeholder, Map<String, String> values) {
        String value = values.get(placeholder.group(1));
        if (value != null) return value;
        throw new IllegalArgumentException(
                "[" + file + "] names [" + placeholder.group() + "]; only " + new TreeSet<>(values.keySet())
                        + " can be filled in");
    }

    private static String literal(String value) {
        return Matcher.quoteReplacement(value);
    }
}
