package io.semanticsearch.plugin.transport;

import io.semanticsearch.plugin.models.WireFormat;
import java.io.IOException;
import java.util.Map;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/** The JSON object that a REST call answers with. */
public final class MapAnswer extends ActionResponse implements ToXContentObject {

    private static final int FORMAT = 1;

    private final Map<String, Object> body;

    public MapAnswer(Map<String, Object> body) {
        this.body = body;
    }

    MapAnswer(StreamInput in) throws IOException {
        WireFormat.check("an answer", in.readVInt(), FORMAT);
        this.body = in.readMap();
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeVInt(FORMAT);
        out.writeMap(body);
    }

    public Map<String, Object> body() {
        return body;
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        return builder.map(body);
    }
}
