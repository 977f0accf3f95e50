package io.semanticsearch.embedding.remote;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * A secret and where it may be shown.
 *
 * @param key the secret
 * @param hosts names of hosts, such as {@code api.openai.com}, or with {@code *.} in front for all below a name; nowhere else is it sent
 */
public record Credential(String key, Set<String> hosts) {

    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,4096}");

    /** An {@link IllegalArgumentException} that does not hold the key says what is wrong with it. */
    public Credential {
        if (!KEY.matcher(key).matches()) {
            throw new IllegalArgumentException(
                    "the key has characters that no key has, or too many; store it again, without quotes and line breaks");
        }
        hosts = Set.copyOf(hosts);
    }

    boolean mayBeShownTo(String host) {
        return hosts.stream().anyMatch(pattern -> HostPattern.matches(pattern, host));
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "Credential[hosts=" + hosts + "]";
    }
}
