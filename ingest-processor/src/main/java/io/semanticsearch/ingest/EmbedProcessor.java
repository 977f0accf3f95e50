package io.semanticsearch.ingest;

import io.semanticsearch.embedding.AsyncEmbedding;
import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.ModelCatalog;
import io.semanticsearch.field.ModelCatalog.KnownModel;
import io.semanticsearch.field.PassageRule;
import io.semanticsearch.field.SourceText;
import io.semanticsearch.field.SourceText.Place;
import io.semanticsearch.field.StoredVector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.opensearch.OpenSearchException;
import org.opensearch.ingest.AbstractProcessor;
import org.opensearch.ingest.ConfigurationUtils;
import org.opensearch.ingest.IngestDocument;
import org.opensearch.ingest.IngestDocumentWrapper;
import org.opensearch.ingest.Processor;

/**
 * The {@code embed} processor: target fields ← source fields, for those who want a pipeline. A target that is mapped as an
 * {@code embedding} field gets the stored form, any other gets numbers.
 */
public final class EmbedProcessor extends AbstractProcessor {

    public static final String TYPE = "embed";

    private static final String SOURCE = "source";
    private static final String SOURCE_TYPE = "type";
    private static final Set<String> METADATA = Arrays.stream(IngestDocument.Metadata.values())
            .map(IngestDocument.Metadata::getFieldName).collect(Collectors.toUnmodifiableSet());

    private final String model;
    private final Map<String, Sources> fields;
    private final boolean ignoreMissing;
    private final Node node;

    private EmbedProcessor(
            String tag, String description, String model, Map<String, Sources> fields, boolean ignoreMissing, Node node) {
        super(tag, description);
        this.model = model;
        this.fields = fields;
        this.ignoreMissing = ignoreMissing;
        this.node = node;
    }

    /**
     * What the processor needs of the node that it runs on.
     *
     * @param fieldsOf the embedding fields of an index by the name that a document gives; empty if there is no such index
     */
    private record Node(BatchEmbedding batch, ModelCatalog catalog, Function<String, List<FieldConfig>> fieldsOf) {}

    /** Where a target's vector comes from; an image comes from one path. */
    private record Sources(List<String> paths, SourceType type) {}

    @Override
    public String getType() {
        return TYPE;
    }

    /** The model that this processor embeds with, by id or alias. */
    public String model() {
        return model;
    }

    @Override
    public void batchExecute(List<IngestDocumentWrapper> documents, Consumer<List<IngestDocumentWrapper>> handler) {
        node.batch.execute(documents, this::targets, handler);
    }

    @Override
    public void execute(IngestDocument document, BiConsumer<IngestDocument, Exception> handler) {
        node.batch.execute(document, this::targets, handler);
    }

    @Override
    public IngestDocument execute(IngestDocument document) {
        throw new UnsupportedOperationException("[" + TYPE + "] works asynchronously; call execute with a handler");
    }

    private List<Target> targets(IngestDocument document) {
        Object index = document.getSourceAndMetadata().get(IngestDocument.Metadata.INDEX.getFieldName());
        List<FieldConfig> mapped = index == null ? List.of() : node.fieldsOf.apply(index.toString());
        List<Target> targets = new ArrayList<>(fields.size());
        fields.forEach((path, sources) -> {
            SourceText text = new SourceText(path, sources.paths);
            if (text.places(document.getSourceAndMetadata()).stream().noneMatch(Place::touched)) {
                if (ignoreMissing) return;
                throw new IllegalArgumentException(
                        "the document has none of the fields " + sources.paths + " to embed into [" + path
                                + "]; say [ignore_missing]: true where they may be missing");
            }
            Optional<FieldConfig> field = mapped.stream().filter(config -> config.path().equals(path)).findFirst();
            field.ifPresent(this::checkSpace);
            targets.add(new Target(path, text, sources.type, model, field.map(FieldConfig::space),
                    field.map(FieldConfig::dimension).orElse(0), passages(field, sources.type)));
        });
        return targets;
    }

    /** An image has none: its vector stands for all of it. */
    private static Optional<PassageRule> passages(Optional<FieldConfig> field, SourceType type) {
        return type == SourceType.TEXT ? field.flatMap(FieldConfig::passages) : Optional.empty();
    }

    private void checkSpace(FieldConfig field) {
        if (field.space().equals(StoredVector.OWN)) return;
        Optional<KnownModel> known = node.catalog.find(model);
        if (known.isPresent() && !known.get().space().equals(field.space())) {
            throw new IllegalArgumentException(
                    "model [" + model + "] makes vectors of the space [" + known.get().space() + "], field ["
                            + field.path() + "] takes those of [" + field.space() + "], which model [" + field.model().orElse("?")
                            + "] makes");
        }
    }

    /**
     * Reads {@code {"model": "…", "fields": {"meaning": ["title", "body"]}, "ignore_missing": false}}, where a target may also be
     * {@code {"source": "photo", "type": "image"}}.
     */
    public static final class Factory implements Processor.Factory {

        private final ModelCatalog catalog;
        private final Node node;

        public Factory(AsyncEmbedding embedding,
                ModelCatalog catalog,
                EmbeddingCounts counts,
                FormerDocuments former,
                Function<String, List<FieldConfig>> fieldsOf) {
            this.catalog = catalog;
            this.node = new Node(new BatchEmbedding(new DocumentEmbedding(embedding, counts, former, () -> false)), catalog,
                    fieldsOf);
        }

        @Override
        public EmbedProcessor create(Map<String, Processor.Factory> factories,
                String tag,
                String description,
                Map<String, Object> config) {
            String named = ConfigurationUtils.readOptionalStringProperty(TYPE, tag, config, "model");
            String model = named == null ? catalog.defaultModel() : named;
            if (catalog.find(model).isEmpty()) {
                throw ConfigurationUtils.newConfigurationException(TYPE, tag, "model",
                        "unknown model [" + model + "]; defined are "
                                + catalog.ids() + ". Define it with PUT /_plugins/_semantic/models/" + model);
            }
            Map<String, Object> fields = ConfigurationUtils.readMap(TYPE, tag, config, "fields");
            if (fields.isEmpty()) {
                throw ConfigurationUtils.newConfigurationException(
                        TYPE, tag, "fields", "names no field; expected {\"TARGET\": [\"SOURCE\", …]}");
            }
            boolean ignoreMissing = ConfigurationUtils.readBooleanProperty(TYPE, tag, config, "ignore_missing", false);
            for (String target : fields.keySet()) {
                if (!METADATA.contains(target)) continue;
                throw refused(tag, "[" + target + "] is what OpenSearch keeps of a document; name a field of your own");
            }
            Map<String, Sources> sources = new LinkedHashMap<>();
            fields.forEach((target, source) -> sources.put(target, sources(tag, target, source)));
            return new EmbedProcessor(tag, description, model, sources, ignoreMissing, node);
        }

        private static Sources sources(String tag, String target, Object value) {
            if (!(value instanceof Map<?, ?> map) || !map.containsKey(SOURCE)) {
                return new Sources(paths(tag, target, value), SourceType.TEXT);
            }
            if (!Set.of(SOURCE, SOURCE_TYPE).containsAll(map.keySet())) {
                throw refused(tag,
                        "[" + target + "] holds " + map.keySet() + "; expected [" + SOURCE + "] and [" + SOURCE_TYPE + "]");
            }
            List<String> paths = paths(tag, target, map.get(SOURCE));
            Object type = map.get(SOURCE_TYPE);
            if (type == null) return new Sources(paths, SourceType.TEXT);
            Sources sources = new Sources(paths, SourceType.of(type).orElseThrow(() -> refused(tag, "[" + target + "] has the ["
                    + SOURCE_TYPE + "] of [" + type + "]; expected [text] or [image]")));
            if (sources.type == SourceType.IMAGE && paths.size() > 1) {
                throw refused(tag, "[" + target + "] would be made of the images " + paths + "; name one, and a target for each");
            }
            return sources;
        }

        private static OpenSearchException refused(String tag, String why) {
            return ConfigurationUtils.newConfigurationException(TYPE, tag, "fields", why);
        }

        private static List<String> paths(String tag, String target, Object source) {
            List<?> names = source instanceof List<?> list ? list : source == null ? List.of() : List.of(source);
            List<String> sources = new ArrayList<>();
            for (Object name : names) {
                if (!(name instanceof String text) || text.isBlank()) {
                    throw ConfigurationUtils.newConfigurationException(
                            TYPE, tag, "fields", "[" + target + "] holds [" + name + "]; expected names of source fields");
                }
                if (text.equals(target)) {
                    throw ConfigurationUtils.newConfigurationException(
                            TYPE, tag, "fields", "[" + target + "] would be embedded into itself; name another target");
                }
                sources.add(text);
            }
            if (sources.isEmpty()) {
                throw ConfigurationUtils.newConfigurationException(TYPE, tag, "fields", "[" + target + "] has no source fields");
            }
            return sources;
        }
    }
}
