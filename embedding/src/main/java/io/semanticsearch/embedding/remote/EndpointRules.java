package io.semanticsearch.embedding.remote;

import io.semanticsearch.embedding.EmbeddingException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import okhttp3.Dns;
import okhttp3.HttpUrl;

/**
 * Where servers may be, so that a definition cannot make a node talk to whatever it can reach. An address counts when the list has its
 * scheme, host and port; a private address only where the list names its host in full, and one of this machine also as [localhost].
 * Names are looked up once for each connection, and what they stand for is checked before it is connected to. Immutable.
 */
public final class EndpointRules {

    /** The providers' own hosts, and servers on this machine. */
    public static final List<String> DEFAULT_ALLOWED = Stream.concat(
            Providers.ALL.stream().flatMap(provider -> provider.defaultEndpoint().stream()).map(EndpointRules::origin)
                    .filter(origin -> !origin.contains("localhost")),
            Stream.of("https://ollama.com", "https://*.openai.azure.com", "http://localhost:*", "http://127.0.0.1:*",
                    "http://[::1]:*"))
            .distinct()
            .toList();

    private static final Pattern RULE = Pattern
            .compile("(https?)://((?:\\*\\.)?[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::(\\d{1,5}|\\*))?");
    private static final int ANY_PORT = -1;

    private final List<Rule> rules;

    /** @param port or {@link #ANY_PORT} */
    private record Rule(String scheme, String host, int port, boolean builtIn) {

        boolean matches(HttpUrl url) {
            return url.scheme().equals(scheme) && HostPattern.matches(host, url.host())
                    && (port == ANY_PORT || port == url.port());
        }

        /** Whether the host may turn out to be at that address. */
        boolean allows(InetAddress address) {
            if (!isPrivate(address)) return true;
            if (HostPattern.isWide(host)) return false;
            if (isLocalName(host)) return address.isLoopbackAddress();
            return !builtIn && !address.isLinkLocalAddress() && !address.isMulticastAddress() && !address.isAnyLocalAddress()
                    || isLiteral(host);
        }
    }

    /**
     * @param allowed such as {@code https://api.openai.com}, {@code https://*.example.com:8443}, {@code http://10.0.0.5:*}; a port that is
     *        missing is the usual one of the scheme
     */
    public EndpointRules(List<String> allowed) {
        List<Rule> read = new ArrayList<>();
        for (String text : allowed) {
            read.add(rule(text));
        }
        this.rules = List.copyOf(read);
    }

    /** The hosts where a provider of that name is, other than this machine; empty where there is none. */
    public static Set<String> ownHosts(String provider) {
        return Providers.ALL.stream().filter(known -> known.name().equals(provider))
                .flatMap(known -> known.defaultEndpoint().stream()).map(URI::getHost).filter(host -> !isLocalName(host))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The default list. */
    public static EndpointRules defaults() {
        return new EndpointRules(DEFAULT_ALLOWED);
    }

    /** The endpoint as an address; an {@link EmbeddingException.BadRequest} says why it is none that may be used. */
    HttpUrl check(URI endpoint) {
        HttpUrl url = HttpUrl.get(endpoint);
        if (url == null || !url.username().isEmpty() || !url.password().isEmpty() || url.query() != null) {
            throw new EmbeddingException.BadRequest("[endpoint] is no address that can be used, expected a http or https address"
                    + " without user and query");
        }
        List<Rule> matching = rules.stream().filter(rule -> rule.matches(url)).toList();
        boolean allowed = !matching.isEmpty();
        // A literal address is connected to without being looked up.
        if (allowed && isLiteral(url.host())) {
            InetAddress address = InetAddress.ofLiteral(url.host());
            allowed = matching.stream().anyMatch(rule -> rule.allows(address));
        }
        if (allowed) return url;
        throw new EmbeddingException.BadRequest("[endpoint] is [" + url + "], which is not allowed; an administrator can add ["
                + origin(endpoint) + "] to the setting [" + RemoteOptions.ALLOWED_ENDPOINTS_SETTING + "]");
    }

    /** Looks names up, and gives only addresses that the rules allow. */
    Dns dns(Dns names) {
        return host -> {
            List<InetAddress> addresses = names.lookup(host);
            // Only what was checked is asked for, so a name that no rule knows is that of a proxy.
            if (rules.stream().noneMatch(rule -> HostPattern.matches(rule.host, host))) return addresses;
            List<InetAddress> allowed = addresses.stream().filter(address -> allows(host, address)).toList();
            if (allowed.isEmpty()) throw new RefusedAddressException(host);
            return allowed;
        };
    }

    private boolean allows(String host, InetAddress address) {
        return rules.stream().anyMatch(rule -> HostPattern.matches(rule.host, host) && rule.allows(address));
    }

    /** That a name stands for addresses that may not be connected to. */
    static final class RefusedAddressException extends UnknownHostException {

        private static final long serialVersionUID = 1L;

        RefusedAddressException(String host) {
            // The address is not told: it would map the inner network for whoever may define models.
            super("host [" + host
                    + "] stands for an address that is not allowed; an administrator can name the host in full in the"
                    + " setting [" + RemoteOptions.ALLOWED_ENDPOINTS_SETTING + "]");
        }
    }

    private static Rule rule(String text) {
        Matcher matcher = RULE.matcher(text);
        HttpUrl url = matcher.matches() && Optional.ofNullable(matcher.group(3)).filter(port -> !port.equals("*"))
                .map(Integer::parseInt).filter(port -> port < 1 || port > 65_535).isEmpty()
                        ? HttpUrl.parse(matcher.group(1) + "://" + matcher.group(2).replace("*.", ""))
                        : null;
        if (url == null) {
            throw new IllegalArgumentException("[" + RemoteOptions.ALLOWED_ENDPOINTS_SETTING + "] holds [" + text
                    + "], expected scheme, host and perhaps port, such as [https://api.openai.com], [https://*.example.com:8443] or"
                    + " [http://10.0.0.5:*]");
        }
        String port = matcher.group(3);
        int number = port == null ? url.port() : port.equals("*") ? ANY_PORT : Integer.parseInt(port);
        String host = HostPattern.isWide(matcher.group(2)) ? "*." + url.host() : url.host();
        return new Rule(url.scheme(), host, number, DEFAULT_ALLOWED.contains(text));
    }

    private static String origin(URI uri) {
        return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
    }

    private static boolean isLiteral(String host) {
        try {
            InetAddress.ofLiteral(host);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Whether it is a name of this machine, by which no other can be meant. */
    static boolean isLocalName(String host) {
        return host.equals("localhost") || isLiteral(host) && InetAddress.ofLiteral(host).isLoopbackAddress();
    }

    /** Whether it is no address of the open Internet. */
    static boolean isPrivate(InetAddress address) {
        if (address.isLoopbackAddress() || address.isSiteLocalAddress() || address.isLinkLocalAddress()
                || address.isAnyLocalAddress() || address.isMulticastAddress()) {
            return true;
        }
        byte[] bytes = address.getAddress();
        int first = bytes[0] & 0xff;
        int second = bytes[1] & 0xff;
        if (bytes.length == 4) {
            // This network, shared by carriers (RFC 6598), benchmarks (RFC 2544), reserved.
            return first == 0 || first == 100 && second >= 64 && second < 128 || first == 198 && (second == 18 || second == 19)
                    || first >= 240;
        }
        // Unique local (RFC 4193), and what carries an IPv4 address to a translator (RFC 6052, 3056).
        return (first & 0xfe) == 0xfc || first == 0 && second == 0x64 && (bytes[2] & 0xff) == 0xff
                || first == 0x20 && second == 0x02;
    }
}
