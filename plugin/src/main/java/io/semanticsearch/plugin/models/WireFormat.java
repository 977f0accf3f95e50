package io.semanticsearch.plugin.models;

import java.io.IOException;

/** Every message between nodes begins with a number of ours: the stream's own version is OpenSearch's and says nothing about the plugin. */
public final class WireFormat {

    private WireFormat() {}

    /** Refuses what another version of the plugin wrote; {@code what} says what that is. */
    public static void check(String what, int format, int known) throws IOException {
        if (format != known) {
            throw new IOException(what + " of format [" + format + "] came in, this node reads [" + known
                    + "]: the nodes run different versions of the plugin; finish the upgrade");
        }
    }
}
