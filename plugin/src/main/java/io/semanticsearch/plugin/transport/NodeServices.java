package io.semanticsearch.plugin.transport;

import io.semanticsearch.embedding.AsyncEmbedding;
import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.FieldConfigs;
import io.semanticsearch.field.NestedPaths;
import io.semanticsearch.plugin.models.NodeModels;
import io.semanticsearch.plugin.models.ModelRegistry;
import io.semanticsearch.plugin.models.ModelStore;
import io.semanticsearch.plugin.models.ModelUsers;
import io.semanticsearch.plugin.models.NodeLink;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.transport.TransportService;

/** What the actions of this node work with. The link to other nodes is made when the first action is, which brings the transport. */
public final class NodeServices {

    private final ClusterService clusterService;
    private final ModelRegistry registry;
    private final ModelUsers users;
    private final FieldConfigs fields;
    private final Optional<NodeModels> local;
    private final AsyncEmbedding embedding;
    private final Supplier<Map<String, Object>> stats;
    private final AtomicReference<NodeLink> link = new AtomicReference<>();

    public NodeServices(
            ClusterService clusterService,
            ModelRegistry registry,
            ModelUsers users,
            FieldConfigs fields,
            Optional<NodeModels> local,
            AsyncEmbedding embedding,
            Supplier<Map<String, Object>> stats) {
        this.clusterService = clusterService;
        this.registry = registry;
        this.users = users;
        this.fields = fields;
        this.local = local;
        this.embedding = embedding;
        this.stats = stats;
    }

    /** The link to other nodes; there is none before the node's actions are made. */
    public Optional<NodeLink> link() {
        return Optional.ofNullable(link.get());
    }

    synchronized NodeLink link(TransportService transport) {
        if (link.get() == null) link.set(new NodeLink(transport, clusterService, registry, local, stats));
        return link.get();
    }

    ModelStore store(TransportService transport) {
        return new ModelStore(clusterService, registry, users, link(transport));
    }

    /** The nested objects of an index. */
    NestedPaths nestedOf(IndexMetadata index) {
        return fields.nested(index);
    }

    /** The embedding fields of an index. */
    List<FieldConfig> fieldsOf(IndexMetadata index) {
        return fields.of(index);
    }

    /** Whether documents of an index can be written anew from their source. */
    boolean keepsWholeSource(IndexMetadata index) {
        return fields.keepsWholeSource(index);
    }

    ModelRegistry registry() {
        return registry;
    }

    AsyncEmbedding embedding() {
        return embedding;
    }
}
