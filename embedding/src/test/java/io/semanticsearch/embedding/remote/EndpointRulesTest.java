package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.embedding.EmbeddingException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointRulesTest {

    @ParameterizedTest
    @ValueSource(strings = {"https://api.openai.com/v1", "https://mine.openai.azure.com", "http://localhost:11434",
        "http://127.0.0.1:8080/v1", "http://[::1]:1234"})
    void the_defaults_allow_providers_and_this_machine(String endpoint) {
        assertEquals(URI.create(endpoint).getHost().replaceAll("[\\[\\]]", ""),
                EndpointRules.defaults().check(URI.create(endpoint)).host());
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://api.openai.com/v1", "https://api.openai.com:8443/v1", "https://openai.azure.com",
        "https://api.openai.com.example.com", "https://evil-openai.azure.com.example.com", "http://10.0.0.5:8080",
        "http://169.254.169.254", "http://127.0.0.2:80", "http://0.0.0.0:80", "https://localhost", "http://2130706433",
        "http://[::ffff:10.0.0.5]:80/x"})
    void the_defaults_allow_nothing_else(String endpoint) {
        EmbeddingException e = assertThrows(EmbeddingException.BadRequest.class,
                () -> EndpointRules.defaults().check(URI.create(endpoint)));
        assertTrue(e.getMessage().contains("to the setting [plugins.semantic.remote.allowed_endpoints]"), e.getMessage());
    }

    @Test
    void what_is_listed_is_allowed() {
        EndpointRules rules = new EndpointRules(List.of("http://10.0.0.5:*", "https://*.example.com:8443", "http://tei.inner"));
        rules.check(URI.create("http://10.0.0.5:3000"));
        rules.check(URI.create("https://a.b.example.com:8443/v1"));
        rules.check(URI.create("http://TEI.inner"));
        assertThrows(EmbeddingException.BadRequest.class, () -> rules.check(URI.create("http://localhost:11434")));
        assertThrows(EmbeddingException.BadRequest.class, () -> rules.check(URI.create("https://a.example.com")));
        assertThrows(EmbeddingException.BadRequest.class, () -> rules.check(URI.create("http://tei.inner:81")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"api.openai.com", "ftp://x", "https://", "https://x:99999", "https://x:0", "https://x/v1",
        "https://a*b",
        "https://*", "https://u@x"})
    void a_rule_of_another_form_is_refused(String rule) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> new EndpointRules(List.of(rule)));
        assertTrue(e.getMessage().contains("holds [" + rule + "], expected scheme, host and perhaps port"), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"api.openai.com, 104.18.6.192, true", "api.openai.com, 10.0.0.1, false", "api.openai.com, 127.0.0.1, false",
        "localhost, 127.0.0.1, true", "localhost, 10.0.0.1, false", "tei.inner, 10.0.0.1, true", "tei.inner, 127.0.0.1, true",
        "tei.inner, 169.254.169.254, false", "tei.inner, 0.0.0.0, false", "a.example.com, 192.168.1.1, false",
        "a.example.com, 8.8.8.8, true", "a.example.com, fd00::1, false", "a.example.com, 100.64.0.1, false",
        "a.example.com, 64:ff9b::a00:1, false", "unknown.host, 8.8.8.8, true"})
    void what_a_name_stands_for_is_checked(String host, String address, boolean allowed) throws UnknownHostException {
        EndpointRules rules = new EndpointRules(
                List.of("https://api.openai.com", "http://localhost:*", "http://tei.inner", "https://*.example.com",
                        "https://unknown.host"));
        InetAddress found = InetAddress.ofLiteral(address);
        if (allowed) {
            assertEquals(List.of(found), rules.dns(name -> List.of(found)).lookup(host));
        } else {
            UnknownHostException e = assertThrows(UnknownHostException.class,
                    () -> rules.dns(name -> List.of(found)).lookup(host));
            assertTrue(e.getMessage().startsWith("host [" + host + "] stands for an address that is not allowed"),
                    e.getMessage());
        }
    }

    /** No request is made to what was not checked, so this is a proxy. */
    @Test
    void a_name_that_no_rule_knows_may_be_anywhere() throws UnknownHostException {
        EndpointRules rules = new EndpointRules(List.of("https://api.openai.com"));
        List<InetAddress> found = List.of(InetAddress.ofLiteral("10.0.0.9"));
        assertEquals(found, rules.dns(name -> found).lookup("proxy.inner"));
    }
}
