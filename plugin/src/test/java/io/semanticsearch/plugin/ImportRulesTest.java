package io.semanticsearch.plugin;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.Test;

/** Imports point the way the data flows and never back: checked on the class files, so that no way of importing escapes. */
public class ImportRulesTest {

    /** What the classes of a module must not use: packages of later modules, and what the module is to be free of. */
    private static final Map<String, List<String>> FORBIDDEN = new TreeMap<>(Map.of(
            "onnx",
            List.of("io.semanticsearch.tokenizer", "io.semanticsearch.embedding", "io.semanticsearch.field",
                    "io.semanticsearch.ingest", "io.semanticsearch.query", "io.semanticsearch.plugin", "org.opensearch",
                    "org.apache.lucene"),
            "tokenizer",
            List.of("io.semanticsearch.onnx", "io.semanticsearch.embedding", "io.semanticsearch.field",
                    "io.semanticsearch.ingest",
                    "io.semanticsearch.query",
                    "io.semanticsearch.plugin", "org.opensearch", "org.apache.lucene"),
            "embedding",
            List.of("io.semanticsearch.field", "io.semanticsearch.ingest", "io.semanticsearch.query", "io.semanticsearch.plugin",
                    "org.opensearch", "org.apache.lucene"),
            "embedding-field", List.of("io.semanticsearch.tokenizer", "io.semanticsearch.embedding", "io.semanticsearch.ingest",
                    "io.semanticsearch.query", "io.semanticsearch.plugin"),
            "ingest-processor", List.of("io.semanticsearch.tokenizer", "io.semanticsearch.query", "io.semanticsearch.plugin"),
            "query-dsl", List.of("io.semanticsearch.tokenizer", "io.semanticsearch.ingest", "io.semanticsearch.plugin")));

    private static final List<String> NATIVE = List.of("java.lang.foreign.Linker", "java.lang.foreign.SymbolLookup");

    @Test
    public void importsPointTheWayTheDataFlows() throws IOException {
        List<String> violations = new ArrayList<>();
        for (Map.Entry<String, List<String>> rule : FORBIDDEN.entrySet()) {
            Path classes = Path.of("..", rule.getKey(), "target", "classes");
            List<Path> files = classFiles(classes);
            assertTrue("no classes of module [" + rule.getKey() + "] in [" + classes + "]", files.size() > 3);
            for (Path file : files) {
                for (String used : usedClasses(file)) {
                    rule.getValue().stream().filter(used::startsWith)
                            .forEach(forbidden -> violations.add(file.getFileName() + " uses " + used));
                }
            }
        }
        assertEquals(List.of(), violations);
    }

    /** Native code has one door. */
    @Test
    public void onlyOnnxCallsNativeCode() throws IOException {
        List<String> violations = new ArrayList<>();
        for (String module : List.of("tokenizer", "embedding", "embedding-field", "ingest-processor", "query-dsl", "plugin")) {
            for (Path file : classFiles(Path.of("..", module, "target", "classes"))) {
                for (String used : usedClasses(file)) {
                    if (NATIVE.contains(used)) violations.add(module + ": " + file.getFileName() + " uses " + used);
                }
            }
        }
        assertEquals(List.of(), violations);
    }

    /** The rule itself must be able to fail. */
    @Test
    public void aForbiddenImportIsSeen() throws IOException {
        Path plugin = Path.of("target", "classes", "io", "semanticsearch", "plugin", "SemanticSearchPlugin.class");
        assertTrue(usedClasses(plugin).stream().anyMatch(used -> used.startsWith("org.opensearch")));
        assertTrue(usedClasses(plugin).stream().anyMatch(used -> used.startsWith("io.semanticsearch.query")));
    }

    private static List<Path> classFiles(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) return List.of();
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".class")).toList();
        }
    }

    private static List<String> usedClasses(Path file) throws IOException {
        ClassModel model = ClassFile.of().parse(file);
        List<String> names = new ArrayList<>();
        for (PoolEntry entry : model.constantPool()) {
            if (entry instanceof ClassEntry type) names.add(type.asInternalName().replace('/', '.'));
        }
        return names;
    }
}
