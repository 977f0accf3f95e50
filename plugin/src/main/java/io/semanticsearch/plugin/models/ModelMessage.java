package io.semanticsearch.plugin.models;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.transport.TransportResponse;
import org.opensearch.transport.TransportRequest;

/** What one node asks another to do with a model. */
public final class ModelMessage extends TransportRequest {

    private static final int FORMAT = 1;

    /** Probing takes a definition, because the model is not defined yet; statistics are of the whole node. */
    public enum What {
        PROBE, LOAD, UNLOAD, STATS
    }

    private final What what;
    private final String id;
    private final Map<String, Object> definition;

    public ModelMessage(What what, String id, Map<String, Object> definition) {
        this.what = what;
        this.id = id;
        this.definition = definition;
    }

    ModelMessage(StreamInput in) throws IOException {
        super(in);
        WireFormat.check("a request about a model", in.readVInt(), FORMAT);
        this.what = in.readEnum(What.class);
        this.id = in.readString();
        this.definition = in.readMap();
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        super.writeTo(out);
        out.writeVInt(FORMAT);
        out.writeEnum(what);
        out.writeString(id);
        out.writeMap(definition);
    }

    What what() {
        return what;
    }

    String id() {
        return id;
    }

    Map<String, Object> definition() {
        return definition;
    }

    /** What came of it: a failure, or what was found out. */
    public static final class Answer extends TransportResponse {

        private final String failure;
        private final Map<String, Object> result;
        private final boolean fromNode;

        private Answer(String failure, Map<String, Object> result, boolean fromNode) {
            this.failure = failure;
            this.result = result;
            this.fromNode = fromNode;
        }

        /** Passes an answer on as it is, for a channel that sends answers. */
        Answer(Answer other) {
            this(other.failure, other.result, other.fromNode);
        }

        Answer(StreamInput in) throws IOException {
            WireFormat.check("an answer about a model", in.readVInt(), FORMAT);
            this.failure = in.readOptionalString();
            this.result = in.readMap();
            this.fromNode = true;
        }

        static Answer of(Map<String, Object> result) {
            return new Answer(null, result, true);
        }

        static Answer failed(String reason) {
            return new Answer(String.valueOf(reason), Map.of(), true);
        }

        /** In place of an answer that never came, or could not be read. */
        static Answer missing(String reason) {
            return new Answer(String.valueOf(reason), Map.of(), false);
        }

        /** Whether the node itself said so. */
        boolean isFromNode() {
            return fromNode;
        }

        public Optional<String> failure() {
            return Optional.ofNullable(failure);
        }

        public Map<String, Object> result() {
            return result;
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            out.writeVInt(FORMAT);
            out.writeOptionalString(failure);
            out.writeMap(result);
        }
    }
}
