package io.semanticsearch.query;

import java.io.IOException;
import java.util.Optional;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.ToXContentFragment;
import org.opensearch.core.xcontent.XContentBuilder;

/** One thing that a search by example points at. */
sealed interface Example extends ToXContentFragment {

    /** How much it counts beside the others; above 0, also among those that are unlike. */
    float weight();

    /**
     * A document that is in an index already: its stored vector counts, and it is no hit itself.
     *
     * @param index where it is; empty for wherever the search looks
     * @param routing what it was indexed with; empty for any
     */
    record Document(Optional<String> index, String id, Optional<String> routing, float weight) implements Example {

        public Document {
            checkWeight(weight);
        }

        /** How messages name it. */
        @Override
        public String toString() {
            return "document [" + id + "]" + index.map(name -> " of [" + name + "]").orElse("")
                    + routing.map(value -> " with routing [" + value + "]").orElse("");
        }
    }

    /**
     * A text, an image or a vector.
     *
     * @param subject a {@link Subject.Text}, {@link Subject.Image} or {@link Subject.Given}
     */
    record Described(Subject subject, float weight) implements Example {

        public Described {
            checkWeight(weight);
            if (!(subject instanceof Subject.Text || subject instanceof Subject.Image || subject instanceof Subject.Given))
                throw new IllegalArgumentException("[" + subject + "] is no example");
        }
    }

    private static void checkWeight(float weight) {
        if (!(weight > 0) || !Float.isFinite(weight)) {
            throw new IllegalArgumentException("[weight] is [" + weight
                    + "]; expected a number above 0. What hits shall not be like goes into [unlike]");
        }
    }

    default void write(StreamOutput out) throws IOException {
        switch (this) {
            case Document document -> {
                out.writeBoolean(true);
                out.writeOptionalString(document.index.orElse(null));
                out.writeString(document.id);
                out.writeOptionalString(document.routing.orElse(null));
            }
            case Described described -> {
                out.writeBoolean(false);
                described.subject.write(out);
            }
        }
        out.writeFloat(weight());
    }

    static Example read(StreamInput in) throws IOException {
        if (in.readBoolean()) {
            return new Document(Optional.ofNullable(in.readOptionalString()), in.readString(),
                    Optional.ofNullable(in.readOptionalString()), in.readFloat());
        }
        return new Described(Subject.read(in), in.readFloat());
    }

    @Override
    default XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject();
        switch (this) {
            case Document document -> {
                if (document.index.isPresent()) builder.field(ExamplesParser.INDEX, document.index.get());
                builder.field(ExamplesParser.ID, document.id);
                if (document.routing.isPresent()) builder.field(ExamplesParser.ROUTING, document.routing.get());
            }
            case Described described when described.subject instanceof Subject.Text text ->
                builder.field(ExamplesParser.TEXT, text.text());
            case Described described -> described.subject.toXContent(builder);
        }
        return builder.field(ExamplesParser.WEIGHT, weight()).endObject();
    }
}
