package io.semanticsearch.embedding.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.semanticsearch.embedding.EmbeddingException;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * An answer that is no success.
 *
 * @param body its JSON, the only element where it is a list of one; missing where it is none
 * @param message what the provider said, in its words: shortened, without control characters and without the key
 */
record WireError(int status, WireHeaders headers, JsonNode body, String message) {

    /** More often than any deadline allows. */
    static final int ANY_NUMBER = Integer.MAX_VALUE;

    private static final int MAX_MESSAGE = 400;
    private static final Pattern INPUT_INDEX = Pattern.compile("(?:input|texts|inputs)\\[(\\d{1,6})]");

    WireError {
        Objects.requireNonNull(headers, "headers");
        Objects.requireNonNull(body, "body");
        Objects.requireNonNull(message, "message");
    }

    /** @param text the body as it came, as far as it was read */
    static WireError of(int status, WireHeaders headers, String text) {
        JsonNode body = WireJson.parse(text).orElse(MissingNode.getInstance());
        if (body.isArray() && body.size() == 1) body = body.get(0);
        String said = Stream.of("/error/message", "/error", "/message", "/detail").map(body::at).map(WireError::sentence)
                .filter(sentence -> !sentence.isBlank()).findFirst().orElse(text);
        String shown = said.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        if (shown.length() > MAX_MESSAGE) shown = shown.substring(0, MAX_MESSAGE) + "…";
        return new WireError(status, headers, body, shown);
    }

    /** Whether the message has one of these, in any case. */
    boolean says(String... fragments) {
        String lower = message.toLowerCase(Locale.ROOT);
        return Stream.of(fragments).anyMatch(fragment -> lower.contains(fragment.toLowerCase(Locale.ROOT)));
    }

    /**
     * Whether a refusal seems to be about too many tokens. For providers whose words for it are not documented: to take it for something else
     * would fail all texts for one.
     */
    boolean isAboutLength() {
        return (status == 400 || status == 413 || status == 422) && says("token")
                && says("too many", "too long", "longer", "exceed", "maximum", "limit", "less than", "at most");
    }

    /** The field [code] or [type] of the error, wherever it stands; empty text where there is none. */
    String field(String name) {
        JsonNode inner = body.at("/error/" + name);
        return (inner.isMissingNode() ? body.path(name) : inner).asText("");
    }

    /** The text that the message speaks of, as [input[3]]. */
    OptionalInt index() {
        Matcher matcher = INPUT_INDEX.matcher(message);
        return matcher.find() ? OptionalInt.of(Integer.parseInt(matcher.group(1))) : OptionalInt.empty();
    }

    /** What this means where nothing more is known of the provider. */
    Fault usual() {
        return switch (status) {
            case 408, 500, 502, 503, 504 -> later(ANY_NUMBER);
            case 429 -> new Fault.Later(reason(), Optional.empty(), ANY_NUMBER, true);
            case 413 -> new Fault.TooLarge(reason());
            case 401, 403 -> badKey();
            case 404 -> new Fault.Final(new EmbeddingException.BadRequest(reason()
                    + "; check [endpoint] and [model] of the definition"));
            default -> refused();
        };
    }

    Fault.Later later(int retries) {
        return new Fault.Later(reason(), Optional.empty(), retries, false);
    }

    Fault.Final badKey() {
        return new Fault.Final(new EmbeddingException.BadRequest(reason()
                + "; check the key that [credential] of the definition names, and what it may be used for"));
    }

    /** Money or quota is used up, which no waiting helps. */
    Fault.Final noQuota() {
        return new Fault.Final(
                new EmbeddingException.Overloaded(reason() + "; the account has no quota left, see to its billing"));
    }

    Fault.Final refused() {
        return new Fault.Final(new EmbeddingException.BadRequest(reason()));
    }

    /** The server is not well, and says that trying again does not help. */
    Fault.Final refusedForNow() {
        return new Fault.Final(new EmbeddingException.Unavailable(reason()));
    }

    String reason() {
        return "status [" + status + "]" + (message.isEmpty() ? "" : ": " + message);
    }

    /** The words of a message that is text, a list of texts, or FastAPI's list of [loc, msg, type]. */
    private static String sentence(JsonNode node) {
        if (node.isTextual()) return node.textValue();
        if (!node.isArray()) return "";
        return StreamSupport.stream(node.spliterator(), false).map(part -> {
            if (part.isTextual()) return part.textValue();
            String place = StreamSupport.stream(part.path("loc").spliterator(), false).map(JsonNode::asText)
                    .collect(Collectors.joining("."));
            return (place.isEmpty() ? "" : place + ": ") + part.path("msg").asText("");
        }).collect(Collectors.joining("; "));
    }
}
