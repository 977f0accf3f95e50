package io.semanticsearch.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** The file that has the process id of a node, and nothing else, so that a shell can use it too. */
record PidFile(Path file) {
    /** The start of a process is known in whole ticks, and after the boot time in whole seconds. */
    private static final int START_ERROR_SECONDS = 2;

    void write(long pid) throws IOException {
        Files.writeString(file, Long.toString(pid));
    }

    void remove() throws IOException {
        Files.deleteIfExists(file);
    }

    /** The process if it still runs. One that was started after the file was written only has been given the same number. */
    Optional<NodeHandle> running() throws IOException {
        if (!Files.isRegularFile(file)) return Optional.empty();
        Instant latest = Files.getLastModifiedTime(file).toInstant().plusSeconds(START_ERROR_SECONDS);
        return ProcessHandle.of(pid())
                .filter(process -> process.info().startInstant().map(start -> start.isBefore(latest)).orElse(true))
                .map(NodeHandle::new)
                .filter(NodeHandle::isRunning);
    }

    private long pid() throws IOException {
        String text = Files.readString(file).strip();
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IOException("[" + file + "] has no process id but [" + text + "]; remove it if the node is not running", e);
        }
    }
}
