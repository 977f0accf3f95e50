package io.semanticsearch.field;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.opensearch.core.xcontent.AbstractXContentParser;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.mapper.SourceToParse;

/**
 * Checks on the shard that a stored vector belongs to the field's space and to the text that the document holds. Whatever way a document
 * took, a vector of another text or another model never reaches the index.
 */
final class VectorOwnership {

    private final FieldConfig config;
    private final SourceText sourceText;
    private final List<String> paths;

    VectorOwnership(FieldConfig config) {
        this.config = config;
        this.sourceText = new SourceText(config.path(), config.sourceFields());
        this.paths = new ArrayList<>(config.sourceFields());
        if (config.path().indexOf('.') >= 0) paths.add(config.path());
    }

    /** @throws IllegalArgumentException if the vector does not belong */
    void check(StoredVector stored, SourceToParse source) throws IOException {
        if (!stored.space().equals(config.space())) {
            throw new IllegalArgumentException(
                    "the vector lives in the space [" + stored.space() + "], the field in [" + config.space()
                            + "]: another model made it. " + (config.sourceFields().isEmpty()
                                    ? "Bring a vector of this field's model"
                                    : "Leave the field out of the document and it is made anew"));
        }
        if (config.sourceFields().isEmpty()) return;
        Map<String, Object> document = read(source);
        if (sourceText.places(document).stream().noneMatch(place -> TextHash.of(place.text()).equals(stored.textHash()))) {
            throw new IllegalArgumentException("the vector was made of another text than " + config.sourceFields()
                    + " hold now. Leave the field out of the document and it is made anew, with [cluster.ingest.system_pipeline_enabled]"
                    + " at its default of [true]");
        }
    }

    /** Reads what the text can come from and skips the rest, vectors above all. */
    private Map<String, Object> read(SourceToParse source) throws IOException {
        Map<String, Object> document = new HashMap<>();
        try (
                InputStream bytes = source.source().streamInput();
                XContentParser parser = source.getMediaType()
                        .xContent()
                        .createParser(NamedXContentRegistry.EMPTY, DeprecationHandler.IGNORE_DEPRECATIONS, bytes)) {
            parser.nextToken();
            while (parser.nextToken() == XContentParser.Token.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (paths.stream().anyMatch(path -> path.equals(name) || path.startsWith(name + "."))) {
                    document.put(name, AbstractXContentParser.readValue(parser, HashMap::new));
                } else {
                    parser.skipChildren();
                }
            }
        }
        return document;
    }
}
