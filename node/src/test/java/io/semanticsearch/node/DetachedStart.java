package io.semanticsearch.node;

import java.io.IOException;
import java.nio.file.Path;

/** A program that starts a node which is to survive it. */
final class DetachedStart {
    private DetachedStart() {}

    public static void main(String[] home) throws IOException {
        NodeProcess.startDetached(OpenSearchHome.open(Path.of(home[0])), NodeSettings.single(0), JdkFinder.find().home());
    }
}
