package io.semanticsearch.plugin;

import io.semanticsearch.field.MappingResolution;
import io.semanticsearch.field.ModelCatalog;
import java.util.Map;
import org.opensearch.core.action.ActionListener;
import org.opensearch.index.mapper.MappingTransformer;

/**
 * Writes the model that an embedding field gets into mappings and templates before they are stored, so that a data stream stays in one
 * space whatever the default is when it rolls over.
 */
final class DefaultModelTransformer implements MappingTransformer {

    private final ModelCatalog catalog;

    DefaultModelTransformer(ModelCatalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public void transform(Map<String, Object> mapping, TransformContext context, ActionListener<Void> listener) {
        try {
            MappingResolution.resolve(mapping, catalog);
        } catch (RuntimeException e) {
            listener.onFailure(e);
            return;
        }
        listener.onResponse(null);
    }
}
