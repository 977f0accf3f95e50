package io.semanticsearch.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The user under which a node runs. OpenSearch refuses to run as root and has no setting for it; so started by root it runs under a
 * bare numeric user id that owns nothing but what the node writes. Started by anybody else it runs as that user.
 */
sealed interface NodeUser {

    /** The command that runs {@code command} as this user; the process stays the same one. */
    List<String> command(List<String> command);

    /** Whether this user can read a file, or list and enter a folder. */
    boolean mayRead(Path path);

    boolean mayWrite(Path folder);

    /** Makes this user the owner of a folder and of all that is in it. */
    void give(Path folder) throws IOException;

    static NodeUser ofThisProcess() {
        return effectiveUserIsRoot() ? new Unprivileged(12345, "setpriv") : new Caller();
    }

    /** Fails with the folder that is in the way and what to do about it. */
    default void requireReadable(Path path, String remedy) {
        if (mayRead(path)) return;
        throw new NodeStartException(
                "the node runs as " + this + ", which cannot read [" + path + "]" + closedFolder(path) + "; " + remedy);
    }

    private static String closedFolder(Path path) {
        for (Path folder : ancestors(path)) {
            try {
                Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
                if (!permissions.contains(PosixFilePermission.OTHERS_EXECUTE))
                    return " because [" + folder + "] is closed to other users";
            } catch (IOException | UnsupportedOperationException e) {
                return "";
            }
        }
        return "";
    }

    private static List<Path> ancestors(Path path) {
        List<Path> folders = new ArrayList<>();
        for (Path folder = path.toAbsolutePath().getParent(); folder != null; folder = folder.getParent())
            folders.addFirst(folder);
        return folders;
    }

    private static boolean effectiveUserIsRoot() {
        Path self = Path.of("/proc/self");
        try {
            if (Files.exists(self)) return Integer.valueOf(0).equals(Files.getAttribute(self, "unix:uid"));
        } catch (IOException | UnsupportedOperationException e) {
            // then the name decides
        }
        return "root".equals(System.getProperty("user.name"));
    }

    /** The user of this process: nothing to change. */
    record Caller() implements NodeUser {
        @Override
        public List<String> command(List<String> command) {
            return command;
        }

        @Override
        public boolean mayRead(Path path) {
            return Files.isReadable(path) && (!Files.isDirectory(path) || Files.isExecutable(path));
        }

        @Override
        public boolean mayWrite(Path folder) {
            return Files.isWritable(folder);
        }

        @Override
        public void give(Path folder) {}

        @Override
        public String toString() {
            return "user [" + System.getProperty("user.name") + "]";
        }
    }

    /**
     * A user without a name, to which only root can change.
     *
     * @param id both the user id and the group id
     * @param setpriv the program of util-linux
     */
    record Unprivileged(int id, String setpriv) implements NodeUser {
        @Override
        public List<String> command(List<String> command) {
            List<String> changed = new ArrayList<>(
                    List.of(setpriv, "--reuid=" + id, "--regid=" + id, "--clear-groups", "--no-new-privs", "--"));
            changed.addAll(command);
            return changed;
        }

        @Override
        public boolean mayRead(Path path) {
            return test("-r", path) && (!Files.isDirectory(path) || test("-x", path));
        }

        @Override
        public boolean mayWrite(Path folder) {
            return test("-w", folder);
        }

        @Override
        public void give(Path folder) throws IOException {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : (Iterable<Path>) all::iterator) {
                    Files.setAttribute(path, "unix:gid", id, LinkOption.NOFOLLOW_LINKS);
                    Files.setAttribute(path, "unix:uid", id, LinkOption.NOFOLLOW_LINKS);
                }
            }
        }

        @Override
        public String toString() {
            return "uid " + id;
        }

        /** Asked as the user itself, so that ownership, access lists and mounts all count; `test` itself never says anything. */
        private boolean test(String question, Path path) {
            Process process;
            try {
                process = new ProcessBuilder(command(List.of("test", question, path.toString()))).start();
            } catch (IOException e) {
                throw new NodeStartException("OpenSearch does not run as root, and [" + setpriv + "], which starts it as " + this
                        + ", is missing; install the package util-linux, or start the node as another user", e);
            }
            try {
                String complaint = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).strip();
                int exit = process.waitFor();
                if (complaint.isEmpty()) return exit == 0;
                throw new NodeStartException("OpenSearch does not run as root, and [" + setpriv + "] cannot start it as " + this
                        + ": " + complaint
                        + "; it must be that of the package util-linux, and root must be allowed to change users, or start the node as another user");
            } catch (IOException | InterruptedException e) {
                if (e instanceof InterruptedException) Thread.currentThread().interrupt();
                throw new NodeStartException(
                        "the access of " + this + " to [" + path + "] could not be tested: " + e.getMessage(), e);
            }
        }
    }
}
