package io.semanticsearch.plugin.models;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.opensearch.Version;
import org.opensearch.cluster.AbstractNamedDiffable;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.NamedDiff;
import org.opensearch.cluster.metadata.Metadata;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;

/** The definitions of all models in the cluster state: the same on every node, kept over restarts, carried by snapshots. No secrets. */
public final class ModelsMetadata extends AbstractNamedDiffable<Metadata.Custom> implements Metadata.Custom {

    public static final String TYPE = "semantic_models";

    /** The form in which this travels and is stored; a node refuses one that it does not know. */
    private static final int FORMAT = 1;

    private static final ModelsMetadata NONE = new ModelsMetadata(Map.of());

    private final Map<String, Model> models;

    ModelsMetadata(Map<String, Model> models) {
        this.models = new TreeMap<>(models);
    }

    public ModelsMetadata(StreamInput in) throws IOException {
        checkFormat(in.readVInt());
        this.models = new TreeMap<>();
        int count = in.readVInt();
        for (int i = 0; i < count; i++) {
            String id = in.readString();
            models.put(id, Model.of(id, in.readMap()));
        }
    }

    public static NamedDiff<Metadata.Custom> readDiff(StreamInput in) throws IOException {
        return readDiffFrom(Metadata.Custom.class, TYPE, in);
    }

    public static ModelsMetadata fromXContent(XContentParser parser) throws IOException {
        Map<String, Object> map = parser.map();
        checkFormat(map.get("format"));
        Map<String, Model> models = new TreeMap<>();
        @SuppressWarnings("unchecked")
        Map<String, Map<String, Object>> stored = (Map<String, Map<String, Object>>) map.get("models");
        stored.forEach((id, model) -> models.put(id, Model.of(id, model)));
        return new ModelsMetadata(models);
    }

    /** The models of a cluster state. */
    static ModelsMetadata of(ClusterState state) {
        return Optional.ofNullable(state.metadata().<ModelsMetadata>custom(TYPE)).orElse(NONE);
    }

    Map<String, Model> models() {
        return models;
    }

    ClusterState in(ClusterState state) {
        return ClusterState.builder(state).metadata(Metadata.builder(state.metadata()).putCustom(TYPE, this)).build();
    }

    ModelsMetadata with(Model model) {
        Map<String, Model> changed = new TreeMap<>(models);
        changed.put(model.id(), model);
        return new ModelsMetadata(changed);
    }

    ModelsMetadata without(String id) {
        Map<String, Model> changed = new TreeMap<>(models);
        changed.remove(id);
        return new ModelsMetadata(changed);
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeVInt(FORMAT);
        out.writeVInt(models.size());
        for (Model model : models.values()) {
            out.writeString(model.id());
            out.writeMap(model.toMap());
        }
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        builder.field("format", FORMAT);
        builder.startObject("models");
        for (Model model : models.values()) builder.field(model.id(), model.toMap());
        return builder.endObject();
    }

    @Override
    public EnumSet<Metadata.XContentContext> context() {
        return Metadata.ALL_CONTEXTS;
    }

    @Override
    public String getWriteableName() {
        return TYPE;
    }

    @Override
    public Version getMinimalSupportedVersion() {
        return Version.CURRENT.minimumCompatibilityVersion();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ModelsMetadata that && models.equals(that.models);
    }

    @Override
    public int hashCode() {
        return models.hashCode();
    }

    private static void checkFormat(Object format) {
        if (!Integer.valueOf(FORMAT).equals(format)) {
            throw new IllegalArgumentException(
                    "the cluster state holds models in format [" + format + "], this node reads [" + FORMAT
                            + "]: the nodes run different versions of the plugin; finish the upgrade");
        }
    }
}
