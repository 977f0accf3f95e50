package io.semanticsearch.plugin.reembed;

import java.io.IOException;
import java.util.Objects;
import org.opensearch.Version;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.ConstructingObjectParser;
import org.opensearch.core.ParseField;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.persistent.PersistentTaskParams;

/**
 * What a re-embedding job does: gives the documents of one index the vectors that one of its fields lacks in a space.
 *
 * @param index name of the index, never an alias
 * @param uuid of that index, so that a later index of the same name is another one
 * @param field full path of the field
 * @param space id of the space that is filled
 * @param throttle documents a second at most; 0 for no limit
 * @param cutOver whether the field moves to the space once no document failed to get its vector
 */
public record ReembedJob(String index, String uuid, String field, String space, int throttle, boolean cutOver)
        implements
            PersistentTaskParams {

    /** Name of the kind of task. It writes, so what it reads keeps its vectors. */
    public static final String NAME = "indices:data/write/semantic/reembed";

    private static final String HEADER = "semantic_reembed";
    private static final int FORMAT = 1;

    private static final ConstructingObjectParser<ReembedJob, Void> PARSER = new ConstructingObjectParser<>(NAME, true,
            values -> new ReembedJob((String) values[0], (String) values[1], (String) values[2], (String) values[3],
                    (Integer) values[4], (Boolean) values[5]));

    static {
        PARSER.declareString(ConstructingObjectParser.constructorArg(), new ParseField("index"));
        PARSER.declareString(ConstructingObjectParser.constructorArg(), new ParseField("uuid"));
        PARSER.declareString(ConstructingObjectParser.constructorArg(), new ParseField("field"));
        PARSER.declareString(ConstructingObjectParser.constructorArg(), new ParseField("space"));
        PARSER.declareInt(ConstructingObjectParser.constructorArg(), new ParseField("throttle"));
        PARSER.declareBoolean(ConstructingObjectParser.constructorArg(), new ParseField("cut_over"));
    }

    public ReembedJob {
        Objects.requireNonNull(index, "index");
        Objects.requireNonNull(uuid, "uuid");
        Objects.requireNonNull(field, "field");
        Objects.requireNonNull(space, "space");
        if (throttle < 0) {
            throw new IllegalArgumentException(
                    "[throttle] is [" + throttle + "]; expected documents a second, or 0 for no limit");
        }
    }

    /** Reads a job that another node sent. */
    public static ReembedJob read(StreamInput in) throws IOException {
        int format = in.readVInt();
        if (format != FORMAT) {
            throw new IOException("a re-embedding job of format [" + format + "] came in, this node reads [" + FORMAT
                    + "]: the nodes run different versions of the plugin; finish the upgrade");
        }
        return new ReembedJob(in.readString(), in.readString(), in.readString(), in.readString(), in.readVInt(),
                in.readBoolean());
    }

    /** Reads a job from the cluster state on disk. */
    public static ReembedJob fromXContent(XContentParser parser) {
        return PARSER.apply(parser, null);
    }

    /** Runs what writes documents for a job: one that cannot be embedded is refused, so that the job learns of it. */
    static void write(ThreadContext context, Runnable writing) {
        try (ThreadContext.StoredContext _ = context.newStoredContext(true)) {
            if (!isRunning(context)) context.putHeader(HEADER, "true");
            writing.run();
        }
    }

    /** Whether what runs in this context writes documents for a job. */
    public static boolean isRunning(ThreadContext context) {
        return context.getHeader(HEADER) != null;
    }

    /** The id under which the cluster knows the job: one job a field at a time. */
    public String id() {
        return id(uuid, field);
    }

    static String id(String uuid, String field) {
        return "semantic-reembed-" + uuid + "-" + field;
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeVInt(FORMAT);
        out.writeString(index);
        out.writeString(uuid);
        out.writeString(field);
        out.writeString(space);
        out.writeVInt(throttle);
        out.writeBoolean(cutOver);
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        return builder.startObject().field("index", index).field("uuid", uuid).field("field", field).field("space", space)
                .field("throttle", throttle).field("cut_over", cutOver).endObject();
    }

    @Override
    public String getWriteableName() {
        return NAME;
    }

    @Override
    public Version getMinimalSupportedVersion() {
        return Version.CURRENT.minimumCompatibilityVersion();
    }
}
