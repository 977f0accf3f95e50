package io.semanticsearch.plugin.transport;

import io.semanticsearch.plugin.models.WireFormat;
import java.io.IOException;
import java.util.Map;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.action.support.clustermanager.AcknowledgedRequest;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;

/** A change of one model's definition, for the cluster manager. */
public final class ModelRequest extends AcknowledgedRequest<ModelRequest> {

    private static final int FORMAT = 1;

    private final String id;
    private final Map<String, Object> definition;

    /** @param definition the body of a definition; empty when a model is to be deleted */
    public ModelRequest(String id, Map<String, Object> definition) {
        this.id = id;
        this.definition = definition;
    }

    ModelRequest(StreamInput in) throws IOException {
        super(in);
        WireFormat.check("a definition of a model", in.readVInt(), FORMAT);
        this.id = in.readString();
        this.definition = in.readMap();
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        super.writeTo(out);
        out.writeVInt(FORMAT);
        out.writeString(id);
        out.writeMap(definition);
    }

    @Override
    public ActionRequestValidationException validate() {
        return null;
    }

    String id() {
        return id;
    }

    Map<String, Object> definition() {
        return definition;
    }
}
