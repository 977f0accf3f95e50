package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyChoiceTest {

    private final InetSocketAddress address = InetSocketAddress.createUnresolved("proxy.example.com", 3128);

    @ParameterizedTest
    @CsvSource({"https://api.openai.com/v1, true", "http://10.0.0.5:8080, true", "http://localhost:11434, false",
        "http://127.0.0.1:8000/v1, false", "http://[::1]:8000/v1, false"})
    void servers_on_this_machine_are_reached_without_it(String server, boolean proxied) {
        List<Proxy> chosen = new ProxyChoice(address).select(URI.create(server));
        assertEquals(List.of(proxied ? new Proxy(Proxy.Type.HTTP, address) : Proxy.NO_PROXY), chosen);
    }
}
