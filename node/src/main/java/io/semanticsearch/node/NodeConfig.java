package io.semanticsearch.node;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The config folder of one node: that of the home, and an {@code opensearch.yml} with the node's own settings added.
 *
 * @param httpPort never 0
 * @param transportPort never 0
 */
record NodeConfig(NodeSettings settings, int httpPort, int transportPort, NodeFolders folders) {
    private static final String YML = "opensearch.yml";
    private static final String KEYSTORE = "opensearch.keystore";

    /** Replaces what the run before left, but for the keystore, which the node itself makes. */
    void write(Path homeConfig) throws IOException {
        try (DirectoryStream<Path> old = Files.newDirectoryStream(folders.config())) {
            for (Path entry : old) {
                if (!entry.endsWith(KEYSTORE)) new FileTree(entry).delete();
            }
        }
        new FileTree(homeConfig).copyTo(folders.config());
        Path yml = homeConfig.resolve(YML);
        Files.writeString(folders.config().resolve(YML), yml(Files.exists(yml) ? Files.readString(yml) : ""));
    }

    /** The home's lines, without those that the node says differently: a setting given twice is an error to the node. */
    String yml(String common) {
        Map<String, String> own = new LinkedHashMap<>();
        own.put("node.name", settings.name());
        own.put("http.port", Integer.toString(httpPort));
        own.put("transport.port", Integer.toString(transportPort));
        own.put("path.data", folders.data().toString());
        own.put("path.logs", folders.logs().toString());
        own.putAll(settings.settings());
        String kept = common.lines()
                .filter(line -> !own.containsKey(line.split(":", 2)[0].strip()))
                .map(line -> line + "\n")
                .collect(Collectors.joining());
        return kept + own.entrySet().stream().map(entry -> entry.getKey() + ": " + quoted(entry.getValue()) + "\n")
                .collect(Collectors.joining());
    }

    /** As a double-quoted YAML scalar, so that no value is taken for anything but text; OpenSearch converts it. */
    private static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
