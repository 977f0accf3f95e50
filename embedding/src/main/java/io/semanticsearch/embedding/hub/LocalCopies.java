package io.semanticsearch.embedding.hub;

import io.semanticsearch.embedding.EmbeddingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The copies on disk. Under the folder of each repository:
 *
 * <pre>
 * COMMIT/...          the files, each checked before it came here
 * complete/COMMIT     the copy is complete: size and name of each file that belongs to it
 * refs/REVISION       the commit that a branch or tag was taken to mean
 * parts/COMMIT/...    what has been fetched of files that are not complete
 * </pre>
 *
 * A copy is there when {@code complete} says so and its files have those sizes; whatever happens before that leaves nothing that counts. A
 * copy with a file of one's own choice has a mark of its own and shares the folder. Every failure of the disk is an
 * {@link EmbeddingException.Unavailable} that names the path.
 */
final class LocalCopies {

    private final Path root;

    LocalCopies(Path root) {
        this.root = root;
    }

    /** The complete copy of what the reference meant when it was fetched. */
    Optional<HubCopy> find(HubReference reference) {
        return commit(reference).flatMap(commit -> complete(reference, commit));
    }

    /** The commit that a reference means: that which it names, or that which its branch or tag was taken to mean. */
    Optional<String> commit(HubReference reference) {
        if (reference.isCommit()) return Optional.of(reference.revision());
        return read(remembered(reference)).map(String::strip).filter(HubReference::isCommit);
    }

    /** Makes the files of a commit a copy, and remembers what the revision meant. */
    HubCopy finish(HubReference reference, String commit, List<RemoteFile> files) {
        Map<String, Long> sizes = new TreeMap<>();
        files.forEach(file -> sizes.put(file.name(), size(file(reference, commit, file.name())).orElseThrow()));
        List<String> lines = new ArrayList<>();
        sizes.forEach((name, size) -> lines.add(size + " " + name));
        replace(mark(reference, commit), String.join("\n", lines));
        if (!reference.isCommit()) replace(remembered(reference), commit);
        deleteAll(repository(reference).resolve("parts"));
        return new HubCopy(reference, commit, folder(reference, commit));
    }

    Path file(HubReference reference, String commit, String name) {
        return folder(reference, commit).resolve(name);
    }

    PartFile part(HubReference reference, String commit, String name) {
        return new PartFile(repository(reference).resolve("parts").resolve(commit).resolve(name + ".part"));
    }

    /** Bytes of a file; empty when it is not there. */
    static Optional<Long> size(Path file) {
        try {
            return Files.isRegularFile(file) ? Optional.of(Files.size(file)) : Optional.empty();
        } catch (IOException e) {
            throw failed("read", file, e);
        }
    }

    /** Checks that the disk has room for that many bytes more. */
    void checkSpace(HubReference reference, long bytes) {
        createFolder(root);
        long free = root.toFile().getUsableSpace();
        if (bytes <= free) return;
        throw new EmbeddingException.Unavailable(reference + " needs [" + bytes + "] bytes more in [" + root + "], where ["
                + free + "] are free; make room there");
    }

    static void createFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw failed("create", folder, e);
        }
    }

    /** Puts a file in its place, in one step. */
    static void move(Path from, Path to) {
        createFolder(to.getParent());
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw failed("move [" + from + "] to", to, e);
        }
    }

    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw failed("delete", file, e);
        }
    }

    static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed("read", file, e);
        }
    }

    /** Replaces a small file in one step, on the disk itself and not only in memory. */
    static void replace(Path file, String text) {
        createFolder(file.getParent());
        Path written = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(written, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining())
                channel.write(bytes);
            channel.force(true);
        } catch (IOException e) {
            throw failed("write", written, e);
        }
        move(written, file);
    }

    static EmbeddingException.Unavailable failed(String what, Path path, IOException cause) {
        return new EmbeddingException.Unavailable("cannot " + what + " [" + path + "]: " + cause
                + "; check the disk and the rights of this process there", cause);
    }

    private Optional<HubCopy> complete(HubReference reference, String commit) {
        Optional<String> mark = read(mark(reference, commit));
        if (mark.isEmpty()) return Optional.empty();
        for (String line : mark.get().split("\n")) {
            // An edited or damaged mark is none.
            int space = line.indexOf(' ');
            String name = line.substring(space + 1);
            if (space < 1 || !RemoteFile.isSafe(name)) return Optional.empty();
            boolean there = size(file(reference, commit, name)).filter(size -> line.substring(0, space).equals(size.toString()))
                    .isPresent();
            if (!there) return Optional.empty();
        }
        return Optional.of(new HubCopy(reference, commit, folder(reference, commit)));
    }

    private static void deleteAll(Path folder) {
        if (!Files.exists(folder)) return;
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(LocalCopies::delete);
        } catch (IOException | UncheckedIOException e) {
            throw failed("delete", folder, e instanceof UncheckedIOException unchecked ? unchecked.getCause() : (IOException) e);
        }
    }

    private Path repository(HubReference reference) {
        return root.resolve(reference.repository());
    }

    private Path folder(HubReference reference, String commit) {
        return repository(reference).resolve(commit);
    }

    private Path mark(HubReference reference, String commit) {
        String name = commit + reference.file().map(file -> "-" + encoded(file)).orElse("");
        return repository(reference).resolve("complete").resolve(name);
    }

    private Path remembered(HubReference reference) {
        return repository(reference).resolve("refs").resolve(encoded(reference.revision()));
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8);
    }
}
