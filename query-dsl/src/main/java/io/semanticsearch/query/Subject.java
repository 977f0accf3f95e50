package io.semanticsearch.query;

import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.core.xcontent.XContentBuilder;

/** What a clause looks for, on its way from what the user said to vectors. */
sealed interface Subject {

    /** A vector that the user gives, for whatever space the field has. */
    record Given(float[] vector) implements Subject {

        @Override
        public boolean equals(Object other) {
            return other instanceof Given given && Arrays.equals(vector, given.vector);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(vector);
        }
    }

    /** What is not embedded yet. */
    sealed interface Asked extends Subject {

        /** What {@link Embedded} says of it. */
        String text();

        /** The same with its vectors, by space. */
        default Embedded embedded(Map<String, float[]> bySpace) {
            Kind kind = this instanceof Text ? Kind.TEXT : this instanceof Image ? Kind.IMAGE : Kind.EXAMPLES;
            return new Embedded(kind, text(), bySpace, Embedded.UNMEASURED);
        }
    }

    /**
     * A text that is not embedded yet.
     *
     * @param cached whether its vector may be one that was kept, and may be kept
     */
    record Text(String text, boolean cached) implements Asked {

        Text(String text) {
            this(text, true);
        }
    }

    /**
     * An image that is not embedded yet.
     *
     * @param file its bytes; not copied, not to be changed
     */
    record Image(byte[] file) implements Asked {

        @Override
        public String text() {
            return "";
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Image image && Arrays.equals(file, image.file);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(file);
        }
    }

    /**
     * Examples of what is looked for and of what is not, whose vectors are not put together yet.
     *
     * @param like at least one
     * @param unlike any number
     */
    record Examples(List<Example> like, List<Example> unlike) implements Asked {

        public Examples {
            like = List.copyOf(like);
            unlike = List.copyOf(unlike);
            if (like.isEmpty()) throw new IllegalArgumentException("[unlike] stands without [like]; say what to look for");
        }

        @Override
        public String text() {
            return "";
        }

        /** The documents among the examples. */
        List<Example.Document> documents() {
            return Stream.concat(like.stream(), unlike.stream())
                    .filter(Example.Document.class::isInstance)
                    .map(Example.Document.class::cast)
                    .toList();
        }
    }

    /** What is being embedded: lives only on the coordinating node, while the search is rewritten. */
    record Pending(Asked asked, AtomicReference<Subject> result) implements Subject {

        Subject resolved() {
            Subject known = result.get();
            return known == null ? this : known;
        }
    }

    /** What vectors were made of. */
    enum Kind {
        TEXT, IMAGE, EXAMPLES
    }

    /**
     * An embedded text or image, or examples put together.
     *
     * @param text what the user said; empty for an image, which is too large to go on to the shards, and for examples
     * @param bySpace a vector for each space of the searched indices; one of length 0 where it means nothing to the model
     * @param nanos how long it took; {@link #UNMEASURED} but where the search is profiled, since these bytes are the key of cached answers
     */
    record Embedded(Kind kind, String text, Map<String, float[]> bySpace, long nanos) implements Subject {

        static final long UNMEASURED = -1;

        Embedded(String text, Map<String, float[]> bySpace) {
            this(text.isEmpty() ? Kind.IMAGE : Kind.TEXT, text, bySpace, UNMEASURED);
        }

        public Embedded {
            bySpace = new TreeMap<>(bySpace);
        }

        /** The same, with how long it took. */
        Embedded after(long nanos) {
            return new Embedded(kind, text, bySpace, nanos);
        }

        Optional<float[]> in(String space) {
            return Optional.ofNullable(bySpace.get(space));
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Embedded that
                    && kind == that.kind
                    && nanos == that.nanos
                    && text.equals(that.text)
                    && bySpace.keySet().equals(that.bySpace.keySet())
                    && bySpace.entrySet().stream()
                            .allMatch(entry -> Arrays.equals(entry.getValue(), that.bySpace.get(entry.getKey())));
        }

        @Override
        public int hashCode() {
            return 31 * text.hashCode() + bySpace.keySet().hashCode();
        }
    }

    /**
     * What could not be embedded and is searched for without a vector, in the way that the clause's {@link Patience} says.
     *
     * @param text what the user said; empty for an image
     */
    record Missed(String text) implements Subject {}

    default void write(StreamOutput out) throws IOException {
        switch (this) {
            case Given given -> {
                out.writeByte((byte) 0);
                out.writeFloatArray(given.vector);
            }
            case Text text -> {
                out.writeByte((byte) 1);
                out.writeString(text.text);
                out.writeBoolean(text.cached);
            }
            case Embedded embedded -> {
                out.writeByte((byte) 2);
                out.writeEnum(embedded.kind);
                out.writeString(embedded.text);
                out.writeMap(embedded.bySpace, StreamOutput::writeString, StreamOutput::writeFloatArray);
                out.writeZLong(embedded.nanos);
            }
            case Image image -> {
                out.writeByte((byte) 3);
                out.writeByteArray(image.file);
            }
            case Examples examples -> {
                out.writeByte((byte) 4);
                out.writeCollection(examples.like, (stream, example) -> example.write(stream));
                out.writeCollection(examples.unlike, (stream, example) -> example.write(stream));
            }
            case Missed missed -> {
                out.writeByte((byte) 8);
                out.writeString(missed.text);
            }
            case Pending pending ->
                throw new IllegalStateException("the text [" + pending.asked.text() + "] is still being embedded");
        }
    }

    static Subject read(StreamInput in) throws IOException {
        byte kind = in.readByte();
        return switch (kind) {
            case 0 -> new Given(in.readFloatArray());
            case 1 -> new Text(in.readString(), in.readBoolean());
            case 2 -> new Embedded(in.readEnum(Kind.class), in.readString(),
                    in.readMap(StreamInput::readString, StreamInput::readFloatArray),
                    in.readZLong());
            case 3 -> new Image(in.readByteArray());
            case 4 -> new Examples(in.readList(Example::read), in.readList(Example::read));
            case 8 -> new Missed(in.readString());
            default -> throw new IOException("unknown kind of subject [" + kind + "] in a [semantic] clause");
        };
    }

    default void toXContent(XContentBuilder builder) throws IOException {
        switch (this) {
            case Given given -> builder.array(SemanticQueryParser.VECTOR, given.vector);
            case Text text -> {
                builder.field(SemanticQueryParser.QUERY, text.text);
                if (!text.cached) builder.field(SemanticQueryParser.CACHE, false);
            }
            case Image image ->
                builder.field(SemanticQueryParser.IMAGE, Base64.getEncoder().encodeToString(image.file));
            case Examples examples -> {
                builder.startArray(ExamplesParser.LIKE);
                for (Example example : examples.like) example.toXContent(builder, ToXContent.EMPTY_PARAMS);
                builder.endArray();
                if (!examples.unlike.isEmpty()) {
                    builder.startArray(ExamplesParser.UNLIKE);
                    for (Example example : examples.unlike) example.toXContent(builder, ToXContent.EMPTY_PARAMS);
                    builder.endArray();
                }
            }
            case Pending pending -> pending.asked.toXContent(builder);
            case Missed missed -> builder.field(SemanticQueryParser.QUERY, missed.text);
            case Embedded embedded when embedded.text.isEmpty() ->
                builder.array(SemanticQueryParser.VECTOR, embedded.bySpace.values().stream().findFirst().orElse(new float[0]));
            case Embedded embedded -> builder.field(SemanticQueryParser.QUERY, embedded.text);
        }
    }
}
