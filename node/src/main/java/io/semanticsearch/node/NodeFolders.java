package io.semanticsearch.node;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folders of one node.
 *
 * @param node of the launcher: has the pid file
 * @param config copied from the home at each start
 * @param tmp emptied at each start
 */
record NodeFolders(Path node, Path config, Path data, Path logs, Path tmp) {

    static NodeFolders of(OpenSearchHome home, String name) {
        Path node = home.root().resolve("nodes").resolve(name);
        return new NodeFolders(node, node.resolve("config"), home.root().resolve("data").resolve(name), home.logs().resolve(name),
                node.resolve("tmp"));
    }

    NodeFolders withData(Path changed) {
        return new NodeFolders(node, config, changed, logs, tmp);
    }

    PidFile pidFile() {
        return new PidFile(node.resolve("pid"));
    }

    NodeLog log() {
        return new NodeLog(logs.resolve("node.log"));
    }

    /** Makes the folders that are missing; {@code config} is written afterwards, and then all are given to the node's user. */
    void make() throws IOException {
        new FileTree(tmp).delete();
        for (Path folder : new Path[]{node, config, logs, tmp}) {
            Files.createDirectories(folder);
            FileTree.openFolder(folder);
        }
    }

    /**
     * Gives the node's user what the node writes to. A data folder that is new or empty is given too, and so is one that has been the
     * node's before; one with other files in it stays as it is, and the node is refused if its user cannot write there.
     */
    void giveTo(NodeUser user) throws IOException {
        for (Path folder : new Path[]{config, logs, tmp}) user.give(folder);
        boolean made = !Files.exists(data);
        if (made) Files.createDirectories(data);
        if (made || isEmpty(data) || Files.isDirectory(data.resolve("nodes"))) user.give(data);
        user.requireReadable(data, "choose another data folder");
        if (!user.mayWrite(data)) {
            throw new NodeStartException("the node runs as " + user + ", which cannot write to its data folder [" + data
                    + "]; choose an empty folder, or make this one writable for that user");
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            return !entries.iterator().hasNext();
        }
    }
}
