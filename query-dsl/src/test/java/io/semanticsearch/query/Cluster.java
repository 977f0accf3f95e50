package io.semanticsearch.query;

import io.semanticsearch.field.FieldConfigs;
import io.semanticsearch.field.ModelCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.opensearch.Version;
import org.opensearch.cluster.ClusterName;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.AliasMetadata;
import org.opensearch.cluster.metadata.DataStream;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.metadata.Metadata;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.search.SearchModule;

/** A cluster as its state tells it: indices, what is mapped in them, and other names for them. */
final class Cluster {

    /** Reads OpenSearch's own queries. */
    static final NamedXContentRegistry XCONTENT = new NamedXContentRegistry(
            new SearchModule(Settings.EMPTY, List.of()).getNamedXContents());

    private final Metadata.Builder metadata = Metadata.builder();

    /** @param properties the fields of the mapping, as JSON */
    Cluster index(String name, String properties, String... aliases) {
        IndexMetadata.Builder index = IndexMetadata.builder(name)
                .settings(Settings.builder()
                        .put(IndexMetadata.SETTING_VERSION_CREATED, Version.CURRENT)
                        .put(IndexMetadata.SETTING_INDEX_UUID, name + "-uuid"))
                .numberOfShards(1)
                .numberOfReplicas(0);
        for (String alias : aliases) index.putAlias(AliasMetadata.builder(alias));
        try {
            if (!properties.isEmpty()) index.putMapping("{\"_doc\": {\"properties\": " + properties + "}}");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        metadata.put(index);
        return this;
    }

    Cluster dataStream(String name, String properties) {
        String backing = DataStream.getDefaultBackingIndexName(name, 1);
        index(backing, properties);
        metadata.put(
                new DataStream(name, new DataStream.TimestampField("@timestamp"), List.of(metadata.get(backing).getIndex())));
        return this;
    }

    ClusterState state() {
        return ClusterState.builder(ClusterName.DEFAULT).metadata(metadata).build();
    }

    SearchedSpaces spaces(ModelCatalog catalog, NamedWriteableRegistry registry) {
        ClusterState state = state();
        IndexNameExpressionResolver resolver = new IndexNameExpressionResolver(new ThreadContext(Settings.EMPTY));
        return new SearchedSpaces(() -> state, () -> resolver, () -> registry, () -> XCONTENT, new FieldConfigs(catalog));
    }
}
