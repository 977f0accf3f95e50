package io.semanticsearch.node;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/** A folder with all that is below it. */
record FileTree(Path root) {
    /** Files above this size are worth a link: jars, native libraries, models. Smaller ones may be edited in one copy only. */
    private static final long LINKED_BYTES = 256 * 1024;

    private static final String FOLDER_MODE = "rwxr-xr-x";
    private static final String FILE_MODE = "rw-r--r--";

    /** Does nothing where there is nothing. Links are deleted, not followed. */
    void delete() throws IOException {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) return;
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
                if (failure != null) throw failure;
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Copies into a new folder, jars and other large files as hard links where the file system has them: for what is only read. */
    void linkTo(Path target) throws IOException {
        copy(target, true);
    }

    /** Copies every file into {@code target}, replacing those that are there. */
    void copyTo(Path target) throws IOException {
        copy(target, false);
    }

    /** Makes everything readable to all users, whatever the umask was: the node's user is not the one who made the files. */
    void openToAll() throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                openFolder(folder);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                setMode(file, FILE_MODE);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Makes this one folder one that all users can list and enter, without what is in it. */
    static void openFolder(Path folder) throws IOException {
        setMode(folder, FOLDER_MODE);
    }

    private void copy(Path target, boolean link) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                Path copy = target.resolve(root.relativize(folder).toString());
                Files.createDirectories(copy);
                openFolder(copy);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path copy = target.resolve(root.relativize(file).toString());
                boolean large = attributes.size() > LINKED_BYTES || file.toString().endsWith(".jar");
                if (link && large && readableToAll(file) && linked(file, copy)) return FileVisitResult.CONTINUE;
                Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
                setMode(copy, FILE_MODE);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static boolean linked(Path file, Path link) {
        try {
            Files.createLink(link, file);
            return true;
        } catch (UnsupportedOperationException | IOException e) {
            // another file system, one without links, or too many of them: a copy does as well
            return false;
        }
    }

    /** The mode of a link is that of the file it shares, which is not ours to change. */
    private static boolean readableToAll(Path file) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        return view == null || view.readAttributes().permissions().containsAll(PosixFilePermissions.fromString(FILE_MODE));
    }

    private static void setMode(Path path, String mode) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
        if (view != null) view.setPermissions(PosixFilePermissions.fromString(mode));
    }
}
