package io.semanticsearch.ingest;

import java.util.Objects;
import org.opensearch.common.Nullable;

/**
 * Where a document is, or would be.
 *
 * @param index name of the index itself
 * @param routing what leads to its shard; null where its id does
 */
public record DocumentAddress(String index, String id, @Nullable String routing) {

    public DocumentAddress {
        Objects.requireNonNull(index, "index");
        Objects.requireNonNull(id, "id");
    }
}
