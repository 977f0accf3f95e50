package io.semanticsearch.node;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** A real plugin, compiled here against the jars of a home: it logs whether the agent lets it read a file outside of the node. */
record ProbePluginZip(OpenSearchHome home, Path work) {
    private static final String SOURCE = """
            package com.example;

            import java.nio.file.Files;
            import java.nio.file.Path;
            import org.apache.logging.log4j.LogManager;
            import org.opensearch.plugins.Plugin;

            public final class Probe extends Plugin {
                public Probe() throws Exception {
                    String outcome = "allowed";
                    try {
                        Files.readString(Path.of("/etc/passwd"));
                    } catch (SecurityException e) {
                        outcome = "denied";
                    }
                    LogManager.getLogger(Probe.class).info("reading outside of the node is {}", outcome);
                }
            }
            """;
    private static final String DESCRIPTOR = """
            name=probe
            description=Tries what the agent forbids
            version=0.1.0
            dependencies={ opensearch: "~3.8.0" }
            java.version=25
            classname=com.example.Probe
            """;

    Path write() throws IOException {
        Path classes = Files.createDirectories(work.resolve("probe-classes"));
        Path jar = work.resolve("probe.jar");
        compile(classes);
        try (Archive archive = new Archive(jar)) {
            archive.add("com/example/Probe.class", Files.readAllBytes(classes.resolve("com/example/Probe.class")));
        }
        Path zip = work.resolve("probe.zip");
        try (Archive archive = new Archive(zip)) {
            archive.add("plugin-descriptor.properties", DESCRIPTOR).add("probe.jar", Files.readAllBytes(jar));
        }
        return zip;
    }

    private void compile(Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> options = List.of("-proc:none", "-d", classes.toString(), "-cp", classPath());
        StringWriter messages = new StringWriter();
        if (!compiler.getTask(messages, null, null, options, null, List.of(source())).call())
            throw new IOException(messages.toString());
    }

    private String classPath() throws IOException {
        try (Stream<Path> jars = Files.list(home.root().resolve("lib"))) {
            return jars.map(Path::toString).collect(Collectors.joining(System.getProperty("path.separator")));
        }
    }

    private static JavaFileObject source() {
        return new SimpleJavaFileObject(URI.create("string:///com/example/Probe.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return SOURCE;
            }
        };
    }
}
