package io.semanticsearch.plugin.reembed;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.opensearch.core.ParseField;
import org.opensearch.core.common.Strings;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ConstructingObjectParser;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.persistent.PersistentTaskState;
import org.opensearch.tasks.Task;

/**
 * How far a job is. It is kept in the cluster state, so that a job that moves to another node goes on counting.
 *
 * @param found documents that lacked their vector when the job looked last, those that are done included
 * @param written documents that were written with their vector
 * @param overtaken documents that somebody else wrote meanwhile, which gave them their vector
 * @param failed documents that could not be embedded
 * @param failures the first of them
 * @param waiting why it waits just now, empty when it does not
 */
public record ReembedProgress(long found, long written, long overtaken, long failed, List<Failure> failures, String waiting)
        implements
            PersistentTaskState,
            Task.Status {

    static final ReembedProgress START = new ReembedProgress(0, 0, 0, 0, List.of(), "");

    /** More would burden the cluster state; the rest is found again by running the job again. */
    static final int KEPT_FAILURES = 100;
    private static final int KEPT_CHARACTERS = 300;
    private static final int FORMAT = 1;

    private static final ConstructingObjectParser<ReembedProgress, Void> PARSER = new ConstructingObjectParser<>(ReembedJob.NAME,
            true, ReembedProgress::of);

    static {
        PARSER.declareLong(ConstructingObjectParser.constructorArg(), new ParseField("found"));
        PARSER.declareLong(ConstructingObjectParser.constructorArg(), new ParseField("written"));
        PARSER.declareLong(ConstructingObjectParser.constructorArg(), new ParseField("overtaken"));
        PARSER.declareLong(ConstructingObjectParser.constructorArg(), new ParseField("failed"));
        PARSER.declareObjectArray(ConstructingObjectParser.constructorArg(), Failure.PARSER, new ParseField("failures"));
        PARSER.declareString(ConstructingObjectParser.constructorArg(), new ParseField("waiting"));
    }

    public ReembedProgress {
        failures = List.copyOf(failures);
    }

    @SuppressWarnings("unchecked")
    private static ReembedProgress of(Object[] values) {
        return new ReembedProgress((Long) values[0], (Long) values[1], (Long) values[2], (Long) values[3],
                (List<Failure>) values[4], (String) values[5]);
    }

    /**
     * A document that could not be embedded.
     *
     * @param id of the document
     * @param reason why not
     */
    public record Failure(String id, String reason) implements Writeable {

        static final ConstructingObjectParser<Failure, Void> PARSER = new ConstructingObjectParser<>("failure", true,
                values -> new Failure((String) values[0], (String) values[1]));

        static {
            PARSER.declareString(ConstructingObjectParser.constructorArg(), new ParseField("id"));
            PARSER.declareString(ConstructingObjectParser.constructorArg(), new ParseField("reason"));
        }

        public Failure {
            if (reason.length() > KEPT_CHARACTERS) reason = reason.substring(0, KEPT_CHARACTERS) + "…";
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            out.writeString(id);
            out.writeString(reason);
        }
    }

    /** Reads what another node sent. */
    public static ReembedProgress read(StreamInput in) throws IOException {
        int format = in.readVInt();
        if (format != FORMAT) {
            throw new IOException("the progress of a job of format [" + format + "] came in, this node reads [" + FORMAT
                    + "]: the nodes run different versions of the plugin; finish the upgrade");
        }
        return new ReembedProgress(in.readVLong(), in.readVLong(), in.readVLong(), in.readVLong(),
                in.readList(item -> new Failure(item.readString(), item.readString())), in.readString());
    }

    /** Reads what stands in the cluster state on disk. */
    public static ReembedProgress fromXContent(XContentParser parser) {
        return PARSER.apply(parser, null);
    }

    ReembedProgress withFound(long documents) {
        return new ReembedProgress(documents, written, overtaken, failed, failures, waiting);
    }

    ReembedProgress plus(long newlyWritten, long newlyOvertaken, List<Failure> newlyFailed) {
        List<Failure> all = new ArrayList<>(failures);
        newlyFailed.stream().limit(Math.max(0, KEPT_FAILURES - all.size())).forEach(all::add);
        return new ReembedProgress(found, written + newlyWritten, overtaken + newlyOvertaken, failed + newlyFailed.size(), all,
                "");
    }

    ReembedProgress waitingFor(String reason) {
        String kept = reason.length() > KEPT_CHARACTERS ? reason.substring(0, KEPT_CHARACTERS) + "…" : reason;
        return new ReembedProgress(found, written, overtaken, failed, failures, kept);
    }

    /** Those that failed are tried again by a job that starts anew. */
    ReembedProgress withoutFailures() {
        return new ReembedProgress(found, written, overtaken, 0, List.of(), "");
    }

    /** As users see it. */
    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("found", found);
        map.put("written", written);
        map.put("overtaken", overtaken);
        map.put("failed", failed);
        map.put("failures", failures.stream().map(failure -> Map.of("id", failure.id, "reason", failure.reason)).toList());
        map.put("waiting", waiting);
        return map;
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeVInt(FORMAT);
        out.writeVLong(found);
        out.writeVLong(written);
        out.writeVLong(overtaken);
        out.writeVLong(failed);
        out.writeList(failures);
        out.writeString(waiting);
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        return builder.map(toMap());
    }

    @Override
    public String getWriteableName() {
        return ReembedJob.NAME;
    }

    /** As the log and a list of tasks show it. */
    @Override
    public String toString() {
        return Strings.toString(MediaTypeRegistry.JSON, this);
    }
}
