package io.semanticsearch.plugin.models;

import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingRequest;
import io.semanticsearch.embedding.KeepAlive;
import io.semanticsearch.embedding.PassageCut;
import io.semanticsearch.embedding.PassageOrder;
import io.semanticsearch.embedding.Role;
import io.semanticsearch.embedding.TextSpan;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.transport.TransportResponse;
import org.opensearch.transport.TransportRequest;

/** Texts or images for a model of another node. */
final class EmbedMessage extends TransportRequest {

    private static final int FORMAT = 4;
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
        Optional<PassageOrder> passages = in.readBoolean() ? Optional.of(order(in)) : Optional.empty();
        this.request = new EmbeddingRequest(model, space, role, texts, images, keepAlive, true, passages);
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
        out.writeBoolean(request.passages().isPresent());
        if (request.passages().isPresent()) write(request.passages().get(), out);
    }

    private static void write(PassageOrder order, StreamOutput out) throws IOException {
        out.writeVInt(order.cut().maxTokens());
        out.writeVInt(order.cut().overlapTokens());
        out.writeCollection(order.known(), StreamOutput::writeStringCollection);
    }

    private static PassageOrder order(StreamInput in) throws IOException {
        PassageCut cut = new PassageCut(in.readVInt(), in.readVInt());
        return new PassageOrder(cut, in.readList(known -> Set.copyOf(known.readStringList())));
    }

    EmbeddingRequest request() {
        return request;
    }

    /** The vectors, row i for text or image i. */
    static final class Rows extends TransportResponse {

        private static final int FORMAT = 2;

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
                    writeVector(vector, out);
                }
                case Embedding.Nothing nothing -> out.writeByte((byte) 1);
                case Embedding.Refused refused -> {
                    out.writeByte((byte) 2);
                    out.writeString(refused.reason());
                }
                case Embedding.Passages passages -> {
                    out.writeByte((byte) 3);
                    out.writeCollection(passages.passages(), Rows::writePassage);
                }
            }
        }

        private static void writePassage(StreamOutput out, Embedding.Passage passage) throws IOException {
            out.writeVInt(passage.span().start());
            out.writeVInt(passage.span().end());
            out.writeString(passage.hash());
            out.writeBoolean(passage.vector().isPresent());
            if (passage.vector().isPresent()) writeVector(passage.vector().get(), out);
        }

        private static Embedding.Passage readPassage(StreamInput in) throws IOException {
            TextSpan span = new TextSpan(in.readVInt(), in.readVInt());
            String hash = in.readString();
            return new Embedding.Passage(span, hash, in.readBoolean() ? Optional.of(readVector(in)) : Optional.empty());
        }

        private static void writeVector(Embedding.Vector vector, StreamOutput out) throws IOException {
            out.writeFloatArray(vector.values());
            out.writeVInt(vector.tokens());
            out.writeBoolean(vector.truncated());
        }

        private static Embedding.Vector readVector(StreamInput in) throws IOException {
            return new Embedding.Vector(in.readFloatArray(), in.readVInt(), in.readBoolean());
        }

        private static Embedding read(StreamInput in) throws IOException {
            byte kind = in.readByte();
            return switch (kind) {
                case 0 -> readVector(in);
                case 1 -> new Embedding.Nothing();
                case 2 -> new Embedding.Refused(in.readString());
                case 3 -> new Embedding.Passages(in.readList(Rows::readPassage));
                default -> throw new IOException("unknown kind of embedding [" + kind + "]");
            };
        }
    }
}
