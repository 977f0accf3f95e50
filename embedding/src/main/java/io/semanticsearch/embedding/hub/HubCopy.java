package io.semanticsearch.embedding.hub;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A copy on this disk that is complete and was checked.
 *
 * @param reference what was asked for
 * @param commit the commit that it meant, 40 hex digits
 * @param folder where the files are, by their names in the repository; shared by all copies of this commit, not to be changed
 */
public record HubCopy(HubReference reference, String commit, Path folder) {

    public HubCopy {
        Objects.requireNonNull(reference, "reference");
        Objects.requireNonNull(commit, "commit");
        Objects.requireNonNull(folder, "folder");
    }
}
