package io.semanticsearch.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What looks like an assembled home as far as the launcher looks, without anything that could run. */
final class TinyHome {
    private TinyHome() {}

    static Path assembledIn(Path folder) throws IOException {
        for (String part : new String[]{"lib", "agent", "modules/reindex", "config"})
            Files.createDirectories(folder.resolve(part));
        Files.write(folder.resolve("lib/opensearch-3.8.0.jar"), Archive.jar("module-info.class", "org/opensearch/Node.class"));
        Files.write(folder.resolve("lib/jackson-core-2.22.1.jar"),
                Archive.jar("com/example/JsonParser.class", "com/example/JsonToken.class"));
        Files.write(folder.resolve("agent/opensearch-agent.jar"), Archive.jar("Agent.class"));
        Files.write(folder.resolve("modules/reindex/reindex.jar"), Archive.jar("org/opensearch/Reindex.class"));
        Files.writeString(folder.resolve("config/log4j2.properties"), "");
        Files.writeString(folder.resolve("config/opensearch.yml"), "cluster.name: tiny\n");
        return folder;
    }
}
