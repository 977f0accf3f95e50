package io.semanticsearch.query;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.query.QueryShardException;

/**
 * How long a clause waits for its vector, and what it does without one.
 *
 * @param timeout how long; empty for as long as the model takes
 */
record Patience(Optional<TimeValue> timeout, OnFailure onFailure) {

    /** As a clause that says nothing of it. */
    static final Patience DEFAULT = new Patience(Optional.empty(), OnFailure.FAIL);

    /** What a clause does without a vector. */
    enum OnFailure {
        /** The search fails. */
        FAIL,
        /** The words of the text are looked for in the fields that the vectors were made of. */
        LEXICAL,
        /** The clause finds nothing. */
        EMPTY;

        static final List<String> NAMES = Arrays.stream(values()).map(OnFailure::wireName).toList();

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        static OnFailure of(String name) {
            int at = NAMES.indexOf(name);
            if (at < 0)
                throw new IllegalArgumentException(Misspelt.value("semantic", SemanticQueryParser.ON_FAILURE, name, NAMES));
            return values()[at];
        }
    }

    Patience {
        if (timeout.isPresent() && timeout.get().nanos() <= 0) {
            throw new IllegalArgumentException("[" + SemanticQueryParser.TIMEOUT + "] is [" + timeout.get()
                    + "]; expected more than 0, like \"500ms\" or \"2s\"");
        }
    }

    /** Refuses words where there is no text to look for them in, before they are needed. */
    void checkWords(String field, List<String> sourceFields, QueryShardContext shard) {
        if (onFailure == OnFailure.LEXICAL && sourceFields.isEmpty()) {
            throw new QueryShardException(shard, "[semantic] field [" + field + "] has no [source_fields] in which words could be"
                    + " looked for, so [on_failure] cannot be [lexical]; expected [fail] or [empty]");
        }
    }

    void write(StreamOutput out) throws IOException {
        out.writeOptionalTimeValue(timeout.orElse(null));
        out.writeEnum(onFailure);
    }

    static Patience read(StreamInput in) throws IOException {
        return new Patience(Optional.ofNullable(in.readOptionalTimeValue()), in.readEnum(OnFailure.class));
    }

    void toXContent(XContentBuilder builder) throws IOException {
        if (timeout.isPresent()) builder.field(SemanticQueryParser.TIMEOUT, timeout.get().getStringRep());
        if (onFailure != OnFailure.FAIL) builder.field(SemanticQueryParser.ON_FAILURE, onFailure.wireName());
    }
}
