package io.semanticsearch.query;

import java.io.IOException;
import java.util.List;

/** A field of the k-NN plugin on a node where its query is missing. */
public class KnnAbsentTests extends KnnShardTestCase {

    /** The field type without the query. */
    public static final class FieldsOnly extends KnnPlugin {

        @Override
        public List<QuerySpec<?>> getQueries() {
            return List.of();
        }
    }

    public KnnAbsentTests() {
        super(FieldsOnly.class);
    }

    public void testTheErrorSaysWhichPluginIsMissing() throws IOException {
        refused("[semantic] field [angle] is of type [knn_vector], which the [knn] query of the k-NN plugin searches; this node has no"
                + " such query, or it refused: unknown query [knn]", parse("""
                        {"semantic": {"angle": {"vector": [1, 2, 3]}}}"""));
    }
}
