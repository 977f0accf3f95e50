package io.semanticsearch.embedding.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * What has been fetched of a file, and beside it the tag of the answer that it came from: only more of the same may be added.
 *
 * @param path of the bytes
 */
record PartFile(Path path) {

    long length() {
        return LocalCopies.size(path).orElse(0L);
    }

    Optional<String> tag() {
        return LocalCopies.read(tagPath());
    }

    /** Begins with nothing. */
    void begin(Optional<String> tag) {
        delete();
        LocalCopies.replace(path, "");
        tag.ifPresent(text -> LocalCopies.replace(tagPath(), text));
    }

    void delete() {
        LocalCopies.delete(path);
        LocalCopies.delete(tagPath());
    }

    /** Opens it for more at its end; the caller closes it. */
    FileChannel append() {
        LocalCopies.createFolder(path.getParent());
        try {
            return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw LocalCopies.failed("write", path, e);
        }
    }

    void write(FileChannel channel, ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw LocalCopies.failed("write", path, e);
        }
    }

    /** Makes it the file, on the disk itself and not only in memory. */
    void moveTo(Path file) {
        try (FileChannel channel = append()) {
            channel.force(true);
        } catch (IOException e) {
            throw LocalCopies.failed("write", path, e);
        }
        LocalCopies.move(path, file);
        LocalCopies.delete(tagPath());
    }

    private Path tagPath() {
        return path.resolveSibling(path.getFileName() + ".tag");
    }
}
