package io.semanticsearch.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The jars of the assembled home against the closures that Maven resolved; a jar that an earlier build left behind is found too. */
final class AssembledHomeIT {
    private static final List<String> LIB = List.of("org.opensearch:opensearch", "org.opensearch:opensearch-cli",
            "org.opensearch:opensearch-plugin-classloader", "org.apache.logging.log4j:log4j-core");
    private static final List<String> MODULES = List.of("aggs-matrix-stats", "analysis-common", "ingest-common", "lang-mustache",
            "lang-painless",
            "mapper-extras", "parent-join", "percolator", "rank-eval", "reindex", "search-pipeline-common", "transport-netty4");

    private static DependencyTree tree;

    @BeforeAll
    static void readTree() throws IOException {
        tree = DependencyTree.read(Assembled.DEPENDENCY_TREE);
    }

    @Test
    void lib_is_the_closure_of_the_node() throws IOException {
        assertEquals(lib(), jars("lib"));
        assertEquals(53, lib().size());
    }

    @Test
    void each_module_is_its_closure_without_what_lib_has() throws IOException {
        for (String module : MODULES) {
            Set<String> expected = tree.jarsOf(artifact(module));
            expected.removeAll(lib());
            expected.removeIf(AssembledHomeIT::isOnlyAnnotations);
            assertEquals(expected, jars("modules/" + module), module);
        }
    }

    @Test
    void there_are_these_modules_each_with_its_descriptor() throws IOException {
        try (Stream<Path> modules = Files.list(Assembled.HOME.resolve("modules"))) {
            assertEquals(MODULES, modules.map(module -> module.getFileName().toString()).sorted().toList());
        }
        for (String module : MODULES) {
            Path descriptor = Assembled.HOME.resolve("modules").resolve(module).resolve("plugin-descriptor.properties");
            try (var text = Files.newBufferedReader(descriptor)) {
                PluginDescriptor read = PluginDescriptor.read(text, module);
                assertEquals(module, read.name());
                assertTrue(read.openSearch().contains(Version.parse("3.8.0")), module);
            }
        }
    }

    @Test
    void the_agent_has_the_jars_beside_it_that_its_manifest_names() throws IOException {
        assertEquals(Set.of("opensearch-agent.jar", "opensearch-agent-bootstrap-3.8.0.jar", "byte-buddy-1.18.8.jar"),
                jars("agent"));
    }

    @Test
    void no_class_of_a_module_is_in_lib() throws IOException {
        for (String module : MODULES) {
            JarHell jars = new JarHell();
            jars.add(Assembled.HOME.resolve("lib"), "lib/");
            jars.add(Assembled.HOME.resolve("modules").resolve(module), module + "/");
            assertEquals(List.of(), jars.duplicates());
        }
    }

    private static Set<String> lib() {
        Set<String> jars = new TreeSet<>();
        for (String artifact : LIB) jars.addAll(tree.jarsOf(artifact));
        jars.removeIf(AssembledHomeIT::isOnlyAnnotations);
        return jars;
    }

    /** Compiled against, never loaded; the distribution leaves these out too. */
    private static boolean isOnlyAnnotations(String jar) {
        return jar.startsWith("error_prone_annotations-") || jar.startsWith("jspecify-");
    }

    /** The jars of some modules are published for clients, with this at the end of the name. */
    private static String artifact(String module) {
        String artifact = "org.opensearch.plugin:" + module;
        return tree.has(artifact) ? artifact : artifact + "-client";
    }

    private static Set<String> jars(String folder) throws IOException {
        try (Stream<Path> files = Files.list(Assembled.HOME.resolve(folder))) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".jar"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
