package io.semanticsearch.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PluginInstallationTest {
    private static final String DESCRIPTOR = """
            name=probe
            description=A probe
            version=1.2.3
            dependencies={ opensearch: "~3.8.0" }
            java.version=25
            classname=com.example.Probe
            """;

    @TempDir(factory = OpenTempDir.class)
    Path temp;

    private Path home;
    private Path zip;

    @BeforeEach
    void makeHome() throws IOException {
        home = TinyHome.assembledIn(temp.resolve("home"));
        Files.createDirectories(home.resolve("plugins"));
        zip = temp.resolve("probe.zip");
    }

    @Test
    void unpacks_the_plugin_and_moves_its_config() throws IOException {
        writePlugin(DESCRIPTOR, "config/probe.yml", "greeting: hello", "native/libprobe.so", "code");

        install();

        assertEquals(List.of("native", "native/libprobe.so", "plugin-descriptor.properties", "probe.jar"),
                filesBelow(home.resolve("plugins/probe")));
        assertEquals("greeting: hello", Files.readString(home.resolve("config/probe/probe.yml")));
        assertFalse(Files.exists(home.resolve(".installing")));
    }

    @Test
    void replaces_an_installed_plugin_and_keeps_its_edited_config() throws IOException {
        writePlugin(DESCRIPTOR, "config/probe.yml", "greeting: hello", "old.txt", "old");
        install();
        Files.writeString(home.resolve("config/probe/probe.yml"), "greeting: edited");
        writePlugin(DESCRIPTOR.replace("1.2.3", "1.2.4"), "config/probe.yml", "greeting: hello", "config/more.yml", "more");

        install();

        assertEquals(List.of("plugin-descriptor.properties", "probe.jar"), filesBelow(home.resolve("plugins/probe")));
        assertEquals("greeting: edited", Files.readString(home.resolve("config/probe/probe.yml")));
        assertEquals("more", Files.readString(home.resolve("config/probe/more.yml")));
    }

    @Test
    void refuses_an_entry_outside_of_the_plugins_folder() throws IOException {
        writePlugin(DESCRIPTOR, "../evil.txt", "evil");

        assertRefused("[probe.zip] entry [../evil.txt] would be unpacked outside of the plugin's folder");
        assertFalse(Files.exists(home.resolve("evil.txt")));
    }

    @Test
    void refuses_an_absolute_entry() throws IOException {
        writePlugin(DESCRIPTOR, "/evil.txt", "evil");

        assertRefused("[probe.zip] entry [/evil.txt] would be unpacked outside of the plugin's folder");
    }

    @Test
    void refuses_a_zip_without_a_descriptor_at_its_root() throws IOException {
        try (Archive archive = new Archive(zip)) {
            archive.add("probe/plugin-descriptor.properties", DESCRIPTOR);
        }

        assertRefused("[probe.zip] has no [plugin-descriptor.properties] at its root; "
                + "the descriptor and the jars must lie there, not in a folder");
    }

    @Test
    void refuses_what_is_no_zip() throws IOException {
        Files.writeString(zip, "no zip");

        assertRefused("[probe.zip] is not a readable zip: zip END header not found");
    }

    @Test
    void refuses_a_plugin_for_another_version_of_OpenSearch() throws IOException {
        writePlugin(DESCRIPTOR.replace("~3.8.0", "~3.7.0"));

        assertRefused("[probe] version [1.2.3] is for OpenSearch [~3.7.0], this home has [3.8.0]");
    }

    @Test
    void refuses_a_plugin_that_does_not_fit_and_says_why() throws IOException {
        writePlugin("""
                name=reindex
                description=A probe
                version=1.2.3
                opensearch.version=3.9.0
                java.version=26
                classname=com.example.Probe
                extended.plugins=lang-painless,other;optional=true
                """);

        assertRefused("[reindex] version [1.2.3] is for OpenSearch [3.9.0], this home has [3.8.0]; "
                + "it needs Java [26], the node runs on [25]; it has the name of a module, which is there already; "
                + "it extends [lang-painless], which is not installed");
    }

    @Test
    void refuses_a_descriptor_with_all_that_is_wrong_with_it() throws IOException {
        writePlugin("""
                name=../probe
                version=1.2.3
                dependencies={ opensearch: ">=3.8.0" }
                java.version=25
                jvm=true
                """);

        assertRefused("[probe.zip] its [plugin-descriptor.properties] has unknown properties [jvm]; it lacks [description]; "
                + "it lacks [classname]; it has the name [../probe], which cannot be that of a folder; "
                + "it is wrong: [>=3.8.0] is not a version like [3.8.0]");
    }

    @Test
    void refuses_a_descriptor_without_a_version_of_OpenSearch() throws IOException {
        writePlugin(DESCRIPTOR.replaceAll("dependencies=.*\n", ""));

        assertRefused("[probe.zip] its [plugin-descriptor.properties] must have one of [opensearch.version] and [dependencies]");
    }

    @Test
    void lists_the_classes_that_the_node_has_already() throws IOException {
        try (Archive archive = new Archive(zip)) {
            archive.add("plugin-descriptor.properties", DESCRIPTOR)
                    .add("jackson-core.jar",
                            Archive.jar("com/example/JsonParser.class", "com/example/JsonToken.class", "module-info.class"))
                    .add("a.jar", Archive.jar("com/example/Probe.class", "module-info.class"))
                    .add("b.jar", Archive.jar("com/example/Probe.class"));
        }

        assertRefused("""
                [probe] jar hell: the node would not start, as 3 classes are in two jars; leave out of the zip what the node has:
                  com.example.Probe in a.jar and b.jar
                  com.example.JsonParser in lib/jackson-core-2.22.1.jar and jackson-core.jar
                  com.example.JsonToken in lib/jackson-core-2.22.1.jar and jackson-core.jar""");
    }

    @Test
    void a_refused_plugin_leaves_the_installed_one() throws IOException {
        writePlugin(DESCRIPTOR);
        install();
        try (Archive archive = new Archive(zip)) {
            archive.add("plugin-descriptor.properties", DESCRIPTOR).add("node.jar", Archive.jar("org/opensearch/Node.class"));
        }

        assertThrows(PluginRefusedException.class, this::install);

        assertTrue(Files.exists(home.resolve("plugins/probe/probe.jar")));
    }

    private void install() throws IOException {
        new PluginInstallation(home, "3.8.0").install(zip);
    }

    private void assertRefused(String message) throws IOException {
        assertEquals(message, assertThrows(PluginRefusedException.class, this::install).getMessage());
        assertEquals(List.of(), filesBelow(home.resolve("plugins")));
        assertFalse(Files.exists(home.resolve(".installing")));
    }

    /** The descriptor, a jar, and pairs of a name and a text. */
    private void writePlugin(String descriptor, String... files) throws IOException {
        try (Archive archive = new Archive(zip)) {
            archive.add("plugin-descriptor.properties", descriptor).add("probe.jar", Archive.jar("com/example/Probe.class"));
            for (int i = 0; i < files.length; i += 2) archive.add(files[i], files[i + 1]);
        }
    }

    private static List<String> filesBelow(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> !file.equals(folder)).map(file -> folder.relativize(file).toString()).sorted().toList();
        }
    }
}
