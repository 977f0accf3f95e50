package io.semanticsearch.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Where the files of a home lie, and the path by which it was asked for. They differ only when the node's user cannot enter the folder
 * asked for, as with a checkout in the home folder of root: then the files lie under {@code /var/tmp}, in a folder whose name follows
 * from the path, and the path is a link to it.
 *
 * @param asked the path that {@link OpenSearchHome#create} was given; its parent exists
 * @param files the folder that has the files
 */
record HomePlace(Path asked, Path files) {

    static HomePlace of(Path asked, NodeUser user, Path open) throws IOException {
        Path absolute = asked.toAbsolutePath().normalize();
        // A link, the user's own or one that an earlier call left, is followed and stays.
        if (Files.isDirectory(absolute) && Files.isSymbolicLink(absolute)) absolute = absolute.toRealPath();
        if (user instanceof NodeUser.Caller || user.mayRead(absolute.getParent())) return new HomePlace(absolute, absolute);
        UUID name = UUID.nameUUIDFromBytes(absolute.toString().getBytes(StandardCharsets.UTF_8));
        return new HomePlace(absolute, open.resolve("opensearch-home-" + name));
    }

    static Path openFolder() {
        Path kept = Path.of("/var/tmp");
        return Files.isDirectory(kept) ? kept : Path.of(System.getProperty("java.io.tmpdir"));
    }

    boolean isLink() {
        return !asked.equals(files);
    }

    /** Makes the path that was asked for lead to the files; what else lies there must have been cleared before. */
    void link() throws IOException {
        if (!isLink()) return;
        if (Files.isSymbolicLink(asked)) Files.delete(asked);
        Files.createSymbolicLink(asked, files);
    }

    /** In a folder where everybody may write, a folder of this name may be somebody else's. */
    void requireOwn() throws IOException {
        if (!isLink() || !Files.exists(files, LinkOption.NOFOLLOW_LINKS)) return;
        boolean own = Files.isDirectory(files, LinkOption.NOFOLLOW_LINKS)
                && Files.getOwner(files, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(Path.of("/proc/self")));
        if (!own)
            throw new IllegalArgumentException(
                    "[" + files + "] is where the home [" + asked + "] has to lie, but it belongs to another user");
    }
}
