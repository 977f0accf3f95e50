package io.semanticsearch.field;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * How the text of a field is cut into passages.
 *
 * @param maxTokens tokens of a passage at most, 8 to 8192
 * @param overlapTokens tokens at the end of a passage that the next one begins with at most, 0 to half of a passage
 */
public record PassageRule(int maxTokens, int overlapTokens) implements ToXContentObject {

    /** A paragraph or two: long enough to say what it is about, short enough to be about one thing. */
    private static final int DEFAULT_TOKENS = 200;
    private static final int DEFAULT_OVERLAP = 30;

    private static final String MAX_TOKENS = "max_tokens";
    private static final String OVERLAP_TOKENS = "overlap_tokens";

    public PassageRule {
        if (maxTokens < 8 || maxTokens > 8_192) {
            throw new IllegalArgumentException("[passages.max_tokens] is [" + maxTokens + "]; expected 8 to 8192");
        }
        if (overlapTokens < 0 || overlapTokens > maxTokens / 2) {
            throw new IllegalArgumentException("[passages.overlap_tokens] is [" + overlapTokens + "]; expected 0 to "
                    + maxTokens / 2 + ", half of [max_tokens]");
        }
    }

    static PassageRule of(Object node) {
        if (!(node instanceof Map<?, ?> map)) {
            throw new IllegalArgumentException(
                    "[passages] is [" + node + "]; expected an object like {\"max_tokens\": 200, \"overlap_tokens\": 30}");
        }
        Set<Object> unknown = new TreeSet<>(map.keySet());
        unknown.removeAll(Set.of(MAX_TOKENS, OVERLAP_TOKENS));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "[passages] has unknown keys " + unknown + "; known are [max_tokens, overlap_tokens]");
        }
        int max = number(map, MAX_TOKENS, DEFAULT_TOKENS);
        return new PassageRule(max, number(map, OVERLAP_TOKENS, Math.min(DEFAULT_OVERLAP, max / 4)));
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        return builder.startObject().field(MAX_TOKENS, maxTokens).field(OVERLAP_TOKENS, overlapTokens).endObject();
    }

    @Override
    public String toString() {
        return "{max_tokens=" + maxTokens + ", overlap_tokens=" + overlapTokens + "}";
    }

    private static int number(Map<?, ?> map, String key, int otherwise) {
        Object value = map.get(key);
        if (value == null) return otherwise;
        try {
            return Integer.parseInt(value.toString());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("[passages." + key + "] is [" + value + "]; expected a whole number");
        }
    }
}
