package io.semanticsearch.plugin.models;

import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.FieldConfigs;
import io.semanticsearch.field.ModelCatalog;
import io.semanticsearch.ingest.EmbedProcessor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.ComponentTemplate;
import org.opensearch.cluster.metadata.ComposableIndexTemplate;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.IndexTemplateMetadata;
import org.opensearch.cluster.metadata.Template;
import org.opensearch.common.compress.CompressedXContent;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.ingest.IngestMetadata;
import org.opensearch.ingest.PipelineConfiguration;

/** Who uses a model: fields of indices and templates, and processors of pipelines. What is used is neither deleted nor changed. */
public final class ModelUsers {

    private final FieldConfigs fields;
    private final ModelCatalog catalog;

    public ModelUsers(FieldConfigs fields, ModelCatalog catalog) {
        this.fields = fields;
        this.catalog = catalog;
    }

    /** The users of a model by id or alias, each named so that it can be found: {@code index [books]}, {@code pipeline [embed]}. */
    public List<String> of(Model model, ClusterState state) {
        Set<String> names = new HashSet<>(model.definition().aliases());
        names.add(model.id());
        List<String> users = new ArrayList<>();
        for (IndexMetadata index : state.metadata()) {
            if (uses(fields.of(index), names)) users.add("index [" + index.getIndex().getName() + "]");
        }
        for (Map.Entry<String, ComposableIndexTemplate> template : state.metadata().templatesV2().entrySet()) {
            if (uses(template.getValue().template(), names)) users.add("index template [" + template.getKey() + "]");
        }
        for (Map.Entry<String, ComponentTemplate> template : state.metadata().componentTemplates().entrySet()) {
            if (uses(template.getValue().template(), names)) users.add("component template [" + template.getKey() + "]");
        }
        for (IndexTemplateMetadata template : state.metadata().templates().values()) {
            if (uses(template.mappings(), names)) users.add("template [" + template.name() + "]");
        }
        IngestMetadata ingest = state.metadata().custom(IngestMetadata.TYPE);
        if (ingest != null) {
            for (PipelineConfiguration pipeline : ingest.getPipelines().values()) {
                if (embeds(pipeline.getConfigAsMap(), names)) users.add("pipeline [" + pipeline.getId() + "]");
            }
        }
        return users;
    }

    private static boolean uses(List<FieldConfig> configs, Set<String> names) {
        return configs.stream().flatMap(config -> config.written().stream())
                .anyMatch(config -> config.model().filter(names::contains).isPresent());
    }

    private boolean uses(Template template, Set<String> names) {
        return template != null && uses(template.mappings(), names);
    }

    private boolean uses(CompressedXContent mappings, Set<String> names) {
        if (mappings == null) return false;
        Map<String, Object> mapping = XContentHelper.convertToMap(mappings.uncompressed(), false, MediaTypeRegistry.JSON).v2();
        return uses(FieldConfig.of(mapping, catalog), names);
    }

    /** A processor may stand anywhere in a pipeline: in on_failure, in foreach. */
    private boolean embeds(Object node, Set<String> names) {
        return switch (node) {
            case Map<?, ?> map -> map.get(EmbedProcessor.TYPE) instanceof Map<?, ?> processor
                    && names.contains(processor.get("model") instanceof String model ? model : catalog.defaultModel())
                    || map.values().stream().anyMatch(child -> embeds(child, names));
            case List<?> list -> list.stream().anyMatch(child -> embeds(child, names));
            case null, default -> false;
        };
    }
}
