package io.semanticsearch.plugin.models;

import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.KeepAlive;
import io.semanticsearch.embedding.Role;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.transport.TransportResponse;
import org.opensearch.transport.TransportRequest;

/** Texts for a model of another node. */
final class EmbedMessage extends TransportRequest {

    private static final int FORMAT = 2;

    private final String model;
    private final String space;
    private final Role role;
    private final List<String> texts;
    private final Optional<Duration> keepAlive;

    EmbedMessage(String model, String space, Role role, List<String> texts, Optional<Duration> keepAlive) {
        this.model = model;
        this.space = space;
        this.role = role;
        this.texts = texts;
        this.keepAlive = keepAlive;
    }

    EmbedMessage(StreamInput in) throws IOException {
        super(in);
        WireFormat.check("a request to embed", in.readVInt(), FORMAT);
        this.model = in.readString();
        this.space = in.readString();
        this.role = Role.of(in.readString());
        this.texts = in.readStringList();
        this.keepAlive = Optional.ofNullable(in.readOptionalString()).map(KeepAlive::parse);
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        super.writeTo(out);
        out.writeVInt(FORMAT);
        out.writeString(model);
        out.writeString(space);
        out.writeString(role.wireName());
        out.writeStringCollection(texts);
        out.writeOptionalString(keepAlive.map(KeepAlive::format).orElse(null));
    }

    String model() {
        return model;
    }

    String space() {
        return space;
    }

    Role role() {
        return role;
    }

    List<String> texts() {
        return texts;
    }

    Optional<Duration> keepAlive() {
        return keepAlive;
    }

    /** The vectors, row i for text i. */
    static final class Rows extends TransportResponse {

        private static final int FORMAT = 1;

        private final List<Embedding> rows;

        Rows(List<Embedding> rows) {
            this.rows = rows;
        }

        Rows(StreamInput in) throws IOException {
            WireFormat.check("embedded texts", in.readVInt(), FORMAT);
            int count = in.readVInt();
            this.rows = new ArrayList<>(Math.min(count, 10_000));
            for (int i = 0; i < count; i++) rows.add(read(in));
        }

        List<Embedding> rows() {
            return rows;
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            out.writeVInt(FORMAT);
            out.writeVInt(rows.size());
            for (Embedding row : rows) write(row, out);
        }

        private static void write(Embedding row, StreamOutput out) throws IOException {
            switch (row) {
                case Embedding.Vector vector -> {
                    out.writeByte((byte) 0);
                    out.writeFloatArray(vector.values());
                    out.writeVInt(vector.tokens());
                    out.writeBoolean(vector.truncated());
                }
                case Embedding.Nothing nothing -> out.writeByte((byte) 1);
                case Embedding.Refused refused -> {
                    out.writeByte((byte) 2);
                    out.writeString(refused.reason());
                }
            }
        }

        private static Embedding read(StreamInput in) throws IOException {
            byte kind = in.readByte();
            return switch (kind) {
                case 0 -> new Embedding.Vector(in.readFloatArray(), in.readVInt(), in.readBoolean());
                case 1 -> new Embedding.Nothing();
                case 2 -> new Embedding.Refused(in.readString());
                default -> throw new IOException("unknown kind of embedding [" + kind + "]");
            };
        }
    }
}
