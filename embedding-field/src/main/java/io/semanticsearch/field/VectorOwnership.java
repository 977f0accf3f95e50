package io.semanticsearch.field;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import org.opensearch.core.xcontent.AbstractXContentParser;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.mapper.SourceToParse;

/**
 * Checks on the shard that a stored vector belongs to the field's space and to the text that the document holds beside it. Whatever way
 * a document took, a vector of another text or another model never reaches the index.
 */
final class VectorOwnership {

    private final FieldConfig config;
    private final SourceText sourceText;
    private final boolean inObject;
    private final List<String> paths;
    /** The stored vectors of the documents being parsed, and whether each belongs to its text: a document is read once for all of its. */
    private final Map<SourceToParse, Map<String, Boolean>> belonging = Collections.synchronizedMap(new WeakHashMap<>());

    VectorOwnership(FieldConfig config) {
        this.config = config;
        this.sourceText = new SourceText(config.path(), config.sourceFields());
        this.inObject = config.path().indexOf('.') >= 0;
        this.paths = new ArrayList<>(config.sourceFields());
        if (inObject) paths.add(config.path());
    }

    /**
     * @param generation the field with the generation that the vector should be of
     * @param text the form of that generation as it stands in the document
     * @throws IllegalArgumentException if the vector does not belong
     */
    void check(StoredForm.Label stored, FieldConfig generation, String text, SourceToParse source) throws IOException {
        if (!stored.space().equals(generation.space())) {
            throw new IllegalArgumentException(
                    "the vector lives in the space [" + stored.space() + "], the field in [" + generation.space()
                            + "]: another model made it. " + (config.sourceFields().isEmpty()
                                    ? "Bring a vector of this field's model"
                                    : "Leave the field out of the document and it is made anew"));
        }
        if (!stored.fits(generation.space(), config.passages())) {
            throw new IllegalArgumentException(
                    "the field takes " + made(config.passages()) + ", and what the document holds was made as "
                            + made(stored.passages()) + ". Leave the field out of the document and it is made anew");
        }
        if (config.sourceFields().isEmpty()) return;
        if (!(inObject
                ? belongsInObject(text, source)
                : belongs(stored.textHash(), sourceText.places(read(source)).getFirst()))) {
            throw new IllegalArgumentException("the vector was made of another text than " + config.sourceFields()
                    + " hold now. Leave the field out of the document and it is made anew, with [cluster.ingest.system_pipeline_enabled]"
                    + " at its default of [true]");
        }
    }

    private static String made(Optional<PassageRule> passages) {
        return passages.map(rule -> "a vector for each passage of " + rule).orElse("one vector of the whole text");
    }

    private static boolean belongs(String textHash, SourceText.Place place) {
        return TextHash.of(place.text()).equals(textHash);
    }

    /**
     * A document can hold many vectors, one in each object of an array.
     *
     * @param text the form of one generation
     */
    private boolean belongsInObject(String text, SourceToParse source) throws IOException {
        Map<String, Boolean> known = belonging.get(source);
        if (known == null) {
            known = new HashMap<>();
            for (SourceText.Place place : sourceText.places(read(source))) {
                if (!(place.value().orElse(null) instanceof String held) || !StoredForm.isStored(held)) continue;
                for (String one : StoredForm.generations(held)) {
                    StoredForm.Label label = StoredForm.labelOf(one).orElse(null);
                    if (label != null) known.merge(one, belongs(label.textHash(), place), Boolean::logicalAnd);
                }
            }
            belonging.put(source, known);
        }
        return known.getOrDefault(text, false);
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
