package io.semanticsearch.embedding.hub;

import io.semanticsearch.embedding.EmbeddingException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Headers;

/**
 * What an answer without the thing asked for means. Of what the other side writes, only a code from a closed form is repeated: the rest may
 * be anything, and may hold the token.
 */
final class HubFailure {

    private static final Set<Integer> RETRIED = Set.of(408, 425, 429);
    private static final Pattern CODE = Pattern.compile("[A-Za-z]{1,40}");
    private static final long MAX_SECONDS = 999_999_999;
    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");
    // RateLimit: "resolvers";r=0;t=55
    private static final Pattern WINDOW_END = Pattern.compile(";\\s*t=(\\d{1,9})");

    private HubFailure() {}

    /**
     * The failure.
     *
     * @param what was asked for, for messages
     * @return to be thrown when trying again may help; else an {@link EmbeddingException.BadRequest} is thrown here
     */
    static IOException of(HubReference reference, String what, HubClient client, HubResponse answer) {
        int status = answer.response().code();
        String code = Optional.ofNullable(answer.endpointHeaders().get("X-Error-Code")).filter(CODE.asMatchPredicate())
                .filter(text -> answer.atEndpoint()).orElse("");
        String answered = "[" + answer.host() + "] answered with status [" + status + "]"
                + (code.isEmpty() ? "" : " (" + code + ")");
        // Elsewhere a refusal means that the address has expired: the endpoint gives a new one.
        if (!answer.atEndpoint() || status < 400 || status >= 500 || RETRIED.contains(status)) {
            return new RetryLaterException(answered + hint(status, answer), after(answer.response().headers()));
        }
        throw new EmbeddingException.BadRequest(
                reference + ": " + what + " cannot be fetched: " + answered + ": "
                        + meaning(reference, status, code, client, answer));
    }

    private static String meaning(HubReference reference, int status, String code, HubClient client, HubResponse answer) {
        String repository = "[" + reference.repository() + "]";
        String token = answer.tokenShown() ? "the token of this node does not open it" : "this node has no token";
        if (code.equals("GatedRepo")) {
            return repository + " is gated and " + token + "; accept its terms on [" + client.name()
                    + "] and give this node a token of the same account";
        }
        if (code.equals("RevisionNotFound")) {
            return repository + " has no revision [" + reference.revision() + "]; name a branch, a tag or a commit that it has";
        }
        if (code.equals("EntryNotFound")) return "this revision has no such file";
        return switch (status) {
            case 401 -> "there is no repository " + repository + ", or it is private, and " + token
                    + "; check the name, or give this node a token that may read it";
            case 403 -> repository + " may not be read: it is gated, private or disabled, and " + token
                    + "; look at its page on [" + client.name() + "]";
            case 404 -> "there is no " + (code.equals("RepoNotFound") ? "" : "revision [" + reference.revision() + "] or no ")
                    + "repository " + repository + "; check the name";
            default ->
                "the endpoint does not understand; check that [" + client.name() + "] is a Hugging Face Hub or a mirror of it";
        };
    }

    private static String hint(int status, HubResponse answer) {
        return status == 429 && !answer.tokenShown() ? ", too many requests; with a token more are allowed" : "";
    }

    private static Optional<Duration> after(Headers headers) {
        String text = headers.get("Retry-After");
        if (text != null && SECONDS.matcher(text).matches()) return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
        Date date = headers.getDate("Retry-After");
        if (date != null) {
            long seconds = Math.clamp(Duration.between(Instant.now(), date.toInstant()).toSeconds(), 0, MAX_SECONDS);
            return Optional.of(Duration.ofSeconds(seconds));
        }
        Matcher window = WINDOW_END.matcher(headers.get("RateLimit") == null ? "" : headers.get("RateLimit"));
        return window.find() ? Optional.of(Duration.ofSeconds(Long.parseLong(window.group(1)))) : Optional.empty();
    }
}
