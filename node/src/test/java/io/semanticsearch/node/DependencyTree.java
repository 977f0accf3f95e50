package io.semanticsearch.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code dependency:tree -Dverbose} writes, as a graph: an artifact that was left out in one place, because it is in another,
 * belongs to the closures of both.
 *
 * @param dependencies of each artifact, written {@code group:artifact}
 * @param jars the file names of each artifact; more than one where there are classifiers
 */
record DependencyTree(Map<String, Set<String>> dependencies, Map<String, Set<String>> jars) {
    /** The indentation, then {@code group:artifact:jar[:classifier]:version:scope} in parentheses where it was left out. */
    private static final Pattern LINE = Pattern
            .compile("([| +\\\\-]*)\\(?([^:\\s(]+):([^:]+):jar:(?:([^:]+):)?([^:]+):(?:compile|runtime|provided|test)\\b.*");
    private static final int INDENTATION = 3;

    static DependencyTree read(Path file) throws IOException {
        DependencyTree tree = new DependencyTree(new HashMap<>(), new HashMap<>());
        List<String> path = new ArrayList<>();
        for (String text : Files.readAllLines(file).stream().skip(1).toList()) {
            Matcher line = LINE.matcher(text);
            if (!line.matches()) throw new IOException("[" + file + "] line not understood: " + text);
            int depth = line.group(1).length() / INDENTATION - 1;
            while (path.size() > depth)
                path.removeLast();
            String artifact = line.group(2) + ":" + line.group(3);
            if (!path.isEmpty()) tree.dependencies.computeIfAbsent(path.getLast(), _ -> new LinkedHashSet<>()).add(artifact);
            path.addLast(artifact);
            String classifier = line.group(4) == null ? "" : "-" + line.group(4);
            tree.jars.computeIfAbsent(artifact, _ -> new TreeSet<>())
                    .add(line.group(3) + "-" + line.group(5) + classifier + ".jar");
        }
        return tree;
    }

    boolean has(String artifact) {
        return jars.containsKey(artifact);
    }

    /** The file names of an artifact and of all that it needs. */
    Set<String> jarsOf(String artifact) {
        Set<String> closure = new LinkedHashSet<>();
        collect(artifact, closure);
        Set<String> names = new TreeSet<>();
        for (String each : closure) names.addAll(jars.get(each));
        return names;
    }

    private void collect(String artifact, Set<String> closure) {
        if (!closure.add(artifact)) return;
        for (String dependency : dependencies.getOrDefault(artifact, Set.of())) collect(dependency, closure);
    }
}
