package io.semanticsearch.query;

import io.semanticsearch.field.Quantization;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;

/**
 * Whether what a quantized search found is compared again with the numbers themselves.
 *
 * @param oversample how many times k are compared again, at least 1; 0 for none
 */
record Rescore(float oversample) implements Writeable, ToXContent {

    static final Rescore OFF = new Rescore(0);

    private static final String OVERSAMPLE = "oversample";
    private static final float MOST = 100;
    private static final String EXPECTED = "expected {\"oversample\": 3}, true or false";

    Rescore {
        if (oversample != 0 && !(oversample >= 1 && oversample <= MOST)) {
            throw new IllegalArgumentException("[rescore.oversample] is [" + oversample + "]; expected 1 to " + (int) MOST
                    + ", or [rescore]: false");
        }
    }

    /**
     * What a field gets where the clause says nothing, or {@code true}: as many as hold at least 0.98 of the ten nearest, whatever the graph
     * misses. Measured on 100,000 texts with 256 dimensions of the built-in model, and on 30,000 with 512 and 1,024 (parts of a text,
     * embedded apart).
     */
    static Rescore of(Quantization quantization, int dimension) {
        return switch (quantization) {
            case NONE -> OFF;
            case INT8 -> new Rescore(2);
            case INT4 -> new Rescore(3);
            case BINARY -> new Rescore(dimension < 512 ? 15 : dimension < 1_024 ? 10 : 8);
        };
    }

    /** @return empty for {@code true}, which is what there is by default */
    static Optional<Rescore> parse(XContentParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case VALUE_BOOLEAN -> parser.booleanValue() ? Optional.empty() : Optional.of(OFF);
            case START_OBJECT -> of(parser.map());
            default -> throw new IllegalArgumentException("[rescore] is [" + ClauseValues.shown(parser) + "]; " + EXPECTED);
        };
    }

    private static Optional<Rescore> of(Map<String, Object> object) {
        Object oversample = object.remove(OVERSAMPLE);
        if (!object.isEmpty()) {
            throw new IllegalArgumentException("[rescore] has no parameter " + object.keySet() + "; " + EXPECTED);
        }
        if (oversample == null) return Optional.empty();
        if (oversample instanceof Number number && number.floatValue() != 0) return Optional.of(new Rescore(number.floatValue()));
        throw new IllegalArgumentException(
                "[rescore.oversample] is [" + oversample + "]; expected a number from 1 to " + (int) MOST);
    }

    boolean on() {
        return oversample > 0;
    }

    /** How many are compared again so that the best k of them are kept. */
    int window(int k) {
        return (int) Math.min(Math.max(k, Nearest.MAX), Math.ceil((double) oversample * k));
    }

    static Rescore read(StreamInput in) throws IOException {
        return new Rescore(in.readFloat());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeFloat(oversample);
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        return on() ? builder.startObject().field(OVERSAMPLE, oversample).endObject() : builder.value(false);
    }
}
