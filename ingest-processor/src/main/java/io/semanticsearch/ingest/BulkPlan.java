package io.semanticsearch.ingest;

import io.semanticsearch.field.FieldConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.opensearch.action.DocWriteRequest;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.update.UpdateRequest;

/**
 * Which items of a bulk run together, as one bulk, and which run one by one afterwards.
 *
 * @param together positions of the items that stay a bulk
 * @param chains positions of the others, a list for each document, in the order of the bulk
 */
record BulkPlan(List<Integer> together, List<List<Integer>> chains) {

    static BulkPlan of(BulkRequest bulk, Function<String, Optional<WrittenIndex>> indexOf) {
        List<DocWriteRequest<?>> items = bulk.requests();
        if (items.stream().noneMatch(UpdateRequest.class::isInstance)) return new BulkPlan(List.of(), List.of());
        Map<String, Optional<WrittenIndex>> indices = new HashMap<>();
        Map<DocumentKey, List<Integer>> chains = new LinkedHashMap<>();
        List<Integer> together = new ArrayList<>();
        for (int position = 0; position < items.size(); position++) {
            DocWriteRequest<?> item = items.get(position);
            Optional<WrittenIndex> index = indices.computeIfAbsent(String.valueOf(item.index()), indexOf);
            DocumentKey key = new DocumentKey(index.map(WrittenIndex::name).orElse(item.index()), item.id());
            List<Integer> chain = item.id() == null ? null : chains.get(key);
            if (chain == null && item instanceof UpdateRequest update && touches(update, index)) {
                chain = new ArrayList<>(1);
                chains.put(key, chain);
            }
            // Once one update of a document runs by itself, all that follows for that document waits for it.
            if (chain == null) {
                together.add(position);
            } else {
                chain.add(position);
            }
        }
        return new BulkPlan(together, List.copyOf(chains.values()));
    }

    /** Whether the bulk can run as it is. */
    boolean isPlain() {
        return chains.isEmpty();
    }

    BulkRequest bulkOfTogether(BulkRequest original) {
        BulkRequest bulk = new BulkRequest();
        for (int position : together) bulk.add(original.requests().get(position));
        bulk.setRefreshPolicy(original.getRefreshPolicy()).waitForActiveShards(original.waitForActiveShards())
                .timeout(original.timeout());
        bulk.setParentTask(original.getParentTask());
        return bulk;
    }

    private static boolean touches(UpdateRequest update, Optional<WrittenIndex> index) {
        // An index that the bulk is about to make may get its fields from a template.
        if (index.isEmpty()) return true;
        List<FieldConfig> embedded = index.get().fields().stream().filter(field -> !field.sourceFields().isEmpty()).toList();
        if (embedded.isEmpty()) return false;
        if (update.script() != null || update.doc() == null) return true;
        return update.doc().sourceAsMap().keySet().stream().anyMatch(key -> embedded.stream()
                .anyMatch(field -> overlaps(key, field.path())
                        || field.sourceFields().stream().anyMatch(source -> overlaps(key, source))));
    }

    /** Whether a key of the document holds, or lies within, the field. */
    private static boolean overlaps(String key, String field) {
        return key.equals(field) || field.startsWith(key + ".") || key.startsWith(field + ".");
    }

    private record DocumentKey(String index, String id) {}
}
