package io.semanticsearch.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** What a node wrote to its standard output and error: its log, and what the JVM says when it cannot start. */
record NodeLog(Path file) {
    private static final int TAIL_LINES = 60;

    /** Keeps the log of the run before beside the new one. */
    void begin() throws IOException {
        if (Files.exists(file)) {
            Path previous = file.resolveSibling(file.getFileName() + ".previous");
            Files.move(file, previous, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** The last lines, for a message; says so when there are none. */
    String tail() {
        try {
            if (!Files.exists(file)) return "the log [" + file + "] was not written";
            List<String> lines = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
            if (lines.isEmpty()) return "the log [" + file + "] is empty";
            List<String> last = lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
            return "the end of the log [" + file + "]:\n" + String.join("\n", last);
        } catch (IOException e) {
            return "the log [" + file + "] cannot be read: " + e.getMessage();
        }
    }
}
