package io.semanticsearch.ingest;

import io.semanticsearch.embedding.AsyncEmbedding;
import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.ModelCatalog;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.opensearch.ingest.AbstractBatchingSystemProcessor;
import org.opensearch.ingest.IngestDocument;
import org.opensearch.ingest.IngestDocumentWrapper;
import org.opensearch.plugins.IngestPlugin.SystemIngestPipelineConfigKeys;

/**
 * The processor that a mapping generates: fills the {@code embedding} fields that have source fields, after every other pipeline, with
 * nothing to set up.
 */
public final class MappedFieldsProcessor extends AbstractBatchingSystemProcessor {

    public static final String TYPE = "embedding_fields";

    private final List<Target> targets;
    private final BatchEmbedding batch;

    private MappedFieldsProcessor(String tag, String description, List<Target> targets, BatchEmbedding batch) {
        // A whole bulk is one unit: cutting it up here would only make smaller batches for the model.
        super(tag, description, Integer.MAX_VALUE);
        this.targets = targets;
        this.batch = batch;
    }

    @Override
    public String getType() {
        return TYPE;
    }

    @Override
    protected void subBatchExecute(List<IngestDocumentWrapper> documents, Consumer<List<IngestDocumentWrapper>> handler) {
        batch.execute(documents, ignored -> targets, handler);
    }

    @Override
    public void execute(IngestDocument document, BiConsumer<IngestDocument, Exception> handler) {
        batch.execute(document, ignored -> targets, handler);
    }

    @Override
    public IngestDocument execute(IngestDocument document) {
        throw new UnsupportedOperationException("[" + TYPE + "] works asynchronously; call execute with a handler");
    }

    /** Makes the processor for an index from its mapping, or for an index to be made from the mappings of its templates. */
    public static final class Factory extends AbstractBatchingSystemProcessor.Factory {

        private final ModelCatalog catalog;
        private final BatchEmbedding batch;

        /** @param strict whether the thread's documents must be refused even where their mapping lets them go on without a vector */
        public Factory(AsyncEmbedding embedding,
                ModelCatalog catalog,
                EmbeddingCounts counts,
                FormerDocuments former,
                BooleanSupplier strict) {
            super(TYPE);
            this.catalog = catalog;
            this.batch = new BatchEmbedding(new DocumentEmbedding(embedding, counts, former, strict));
        }

        @Override
        protected AbstractBatchingSystemProcessor newProcessor(String tag, String description, Map<String, Object> config) {
            Map<String, FieldConfig> fields = new LinkedHashMap<>();
            for (Map<String, Object> mapping : mappings(config)) {
                for (FieldConfig field : FieldConfig.of(mapping, catalog)) fields.put(field.path(), field);
            }
            List<Target> targets = fields.values().stream().filter(field -> !field.sourceFields().isEmpty())
                    .flatMap(field -> Target.generationsOf(field).stream())
                    .toList();
            // OpenSearch takes null for "this index needs no such processor".
            return targets.isEmpty() ? null : new MappedFieldsProcessor(tag, description, targets, batch);
        }

        @SuppressWarnings("unchecked")
        private static List<Map<String, Object>> mappings(Map<String, Object> config) {
            List<Map<String, Object>> mappings = new ArrayList<>();
            if (config.get(SystemIngestPipelineConfigKeys.INDEX_MAPPINGS) instanceof Map<?, ?> mapping) {
                mappings.add((Map<String, Object>) mapping);
            }
            if (config.get(SystemIngestPipelineConfigKeys.INDEX_TEMPLATE_MAPPINGS) instanceof List<?> templates) {
                for (Object template : templates) mappings.add((Map<String, Object>) template);
            }
            return mappings;
        }
    }
}
