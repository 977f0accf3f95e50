package io.semanticsearch.plugin.models;

import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingRequest;
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

/** Texts or images for a model of another node. */
final class EmbedMessage extends TransportRequest {

    private static final int FORMAT = 3;
    private static final int MAX_EXPECTED = 10_000;

    private final EmbeddingRequest request;

    /** @param request with the space of the model */
    EmbedMessage(EmbeddingRequest request) {
        this.request = request;
    }

    EmbedMessage(StreamInput in) throws IOException {
        super(in);
        WireFormat.check("a request to embed", in.readVInt(), FORMAT);
        String model = in.readString();
        Optional<String> space = Optional.of(in.readString());
        Role role = Role.of(in.readString());
        List<String> texts = in.readStringList();
        int count = in.readVInt();
        List<byte[]> images = new ArrayList<>(Math.min(count, MAX_EXPECTED));
        for (int i = 0; i < count; i++) images.add(in.readByteArray());
        Optional<Duration> keepAlive = Optional.ofNullable(in.readOptionalString()).map(KeepAlive::parse);
        this.request = new EmbeddingRequest(model, space, role, texts, images, keepAlive);
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        super.writeTo(out);
        out.writeVInt(FORMAT);
        out.writeString(request.model());
        out.writeString(request.space().orElseThrow());
        out.writeString(request.role().wireName());
        out.writeStringCollection(request.texts());
        out.writeVInt(request.images().size());
        for (byte[] image : request.images()) out.writeByteArray(image);
        out.writeOptionalString(request.keepAlive().map(KeepAlive::format).orElse(null));
    }

    EmbeddingRequest request() {
        return request;
    }

    /** The vectors, row i for text or image i. */
    static final class Rows extends TransportResponse {

        private static final int FORMAT = 1;

        private final List<Embedding> rows;

        Rows(List<Embedding> rows) {
            this.rows = rows;
        }

        Rows(StreamInput in) throws IOException {
            WireFormat.check("embedded texts", in.readVInt(), FORMAT);
            int count = in.readVInt();
            this.rows = new ArrayList<>(Math.min(count, MAX_EXPECTED));
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
