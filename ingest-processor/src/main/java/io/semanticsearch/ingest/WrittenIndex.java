package io.semanticsearch.ingest;

import io.semanticsearch.field.FieldConfig;
import java.util.List;

/**
 * The index that a document goes to.
 *
 * @param name its own name, whichever alias or data stream a request gave
 * @param fields its embedding fields
 */
public record WrittenIndex(String name, List<FieldConfig> fields) {

    public WrittenIndex {
        fields = List.copyOf(fields);
    }
}
