package io.semanticsearch.query;

import io.semanticsearch.embedding.image.Base64Image;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.opensearch.core.common.ParsingException;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.core.xcontent.XContentParser.Token;

/** Reads {@code [{"_id": "42", "weight": 1}, {"text": "…"}, "…"]}, the value of {@code like} and of {@code unlike}. */
final class ExamplesParser {

    static final String LIKE = "like";
    static final String UNLIKE = "unlike";
    static final String ID = "_id";
    static final String INDEX = "_index";
    static final String ROUTING = "routing";
    static final String TEXT = "text";
    static final String WEIGHT = "weight";

    /** What an example counts where nothing is said. What hits shall be unlike pushes less hard, or it would outweigh what is looked for. */
    static final float LIKE_WEIGHT = 1;
    static final float UNLIKE_WEIGHT = 0.5f;

    /** Each is a document to fetch or a text to embed. */
    static final int MAX = 100;

    private static final List<String> KNOWN = List.of(
            ID, INDEX, ROUTING, TEXT, SemanticQueryParser.VECTOR, SemanticQueryParser.IMAGE, WEIGHT);
    private static final String EXPECTED = "expected a text, {\"_id\": \"…\"}, {\"text\": \"…\"}, {\"vector\": […]} or"
            + " {\"image\": \"…\"}, or a list of them";

    private final XContentParser parser;
    private final String list;

    private ExamplesParser(XContentParser parser, String list) {
        this.parser = parser;
        this.list = list;
    }

    /** Reads the parser's current value, one example or a list of them; {@code list} is the name it stands under. */
    static List<Example> parse(XContentParser parser, String list) throws IOException {
        return new ExamplesParser(parser, list).examples();
    }

    private List<Example> examples() throws IOException {
        if (parser.currentToken() != Token.START_ARRAY) return List.of(example());
        List<Example> examples = new ArrayList<>();
        while (parser.nextToken() != Token.END_ARRAY) {
            if (examples.size() == MAX) throw failure("has more than [" + MAX + "] examples");
            examples.add(example());
        }
        if (examples.isEmpty()) throw failure("is empty; " + EXPECTED);
        return List.copyOf(examples);
    }

    private Example example() throws IOException {
        if (parser.currentToken() == Token.VALUE_STRING) return new Example.Described(text(), defaultWeight());
        if (parser.currentToken() == Token.START_OBJECT) return object();
        throw failure("holds [" + parser.currentToken() + "]; " + EXPECTED);
    }

    private float defaultWeight() {
        return list.equals(LIKE) ? LIKE_WEIGHT : UNLIKE_WEIGHT;
    }

    private Example object() throws IOException {
        Optional<String> id = Optional.empty();
        Optional<String> index = Optional.empty();
        Optional<String> routing = Optional.empty();
        Optional<Subject> subject = Optional.empty();
        float weight = defaultWeight();
        while (parser.nextToken() != Token.END_OBJECT) {
            String key = parser.currentName();
            parser.nextToken();
            Optional<Subject> read = Optional.empty();
            switch (key) {
                case ID -> id = Optional.of(name(key));
                case INDEX -> index = Optional.of(name(key));
                case ROUTING -> routing = Optional.of(name(key));
                case TEXT -> read = Optional.of(text());
                case SemanticQueryParser.VECTOR -> read = Optional.of(GivenVector.parse(parser));
                case SemanticQueryParser.IMAGE -> read = Optional.of(image());
                case WEIGHT -> weight = weight();
                default -> throw failure(
                        "has no [" + key + "] in an example" + Misspelt.suggestion(key, KNOWN) + "; known are " + KNOWN);
            }
            if (read.isPresent() && subject.isPresent()) throw failure("has an example that says two things; " + EXPECTED);
            if (read.isPresent()) subject = read;
        }
        if (id.isPresent() == subject.isPresent()) {
            throw failure(id.isPresent()
                    ? "has an example that says two things; " + EXPECTED
                    : "has an example that says nothing; " + EXPECTED);
        }
        if (id.isEmpty() && (index.isPresent() || routing.isPresent()))
            throw failure("has an example with [_index] or [routing] but without [_id]; they tell where a document is");
        try {
            return id.isPresent()
                    ? new Example.Document(index, id.get(), routing, weight)
                    : new Example.Described(subject.get(), weight);
        } catch (IllegalArgumentException e) {
            throw failure("has an unusable example: " + e.getMessage());
        }
    }

    private Subject text() throws IOException {
        if (parser.currentToken() != Token.VALUE_STRING)
            throw failure("has a [text] [" + ClauseValues.shown(parser) + "]; expected a text");
        String text = parser.text();
        if (text.isBlank()) throw failure("has an empty [text]");
        if (text.length() > SemanticQueryParser.MAX_CHARACTERS) {
            throw failure("has a [text] of [" + text.length() + "] characters; at most [" + SemanticQueryParser.MAX_CHARACTERS
                    + "] are embedded");
        }
        return new Subject.Text(text);
    }

    private Subject image() throws IOException {
        if (parser.currentToken() != Token.VALUE_STRING)
            throw failure("has an [image] [" + ClauseValues.shown(parser) + "]; expected base64 of a picture");
        try {
            return new Subject.Image(Base64Image.decode(parser.text()));
        } catch (IllegalArgumentException e) {
            throw failure("has an unusable [image]: " + e.getMessage());
        }
    }

    /** A number is as good as its text: ids are often numbers in the user's own database. */
    private String name(String key) throws IOException {
        boolean usable = parser.currentToken() == Token.VALUE_STRING || parser.currentToken() == Token.VALUE_NUMBER;
        if (!usable || parser.text().isEmpty())
            throw failure("has a [" + key + "] [" + ClauseValues.shown(parser) + "]; expected a text");
        return parser.text();
    }

    private float weight() throws IOException {
        if (parser.currentToken() != Token.VALUE_NUMBER)
            throw failure("has a [weight] [" + ClauseValues.shown(parser) + "]; expected a number");
        return parser.floatValue();
    }

    private ParsingException failure(String message) {
        return new ParsingException(parser.getTokenLocation(), "[semantic] has a [" + list + "] that " + message);
    }
}
