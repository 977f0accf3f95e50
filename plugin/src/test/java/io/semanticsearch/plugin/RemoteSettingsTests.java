package io.semanticsearch.plugin;

import static org.hamcrest.Matchers.containsString;

import io.semanticsearch.embedding.remote.RemoteOptions;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.opensearch.common.settings.Settings;
import org.opensearch.test.OpenSearchTestCase;

public class RemoteSettingsTests extends OpenSearchTestCase {

    private static RemoteOptions options(Settings.Builder settings) {
        return SemanticSettings.remote(settings.build(), Path.of("config"));
    }

    public void testWhatIsNotSetIsAsUsual() {
        RemoteOptions usual = RemoteOptions.defaults();
        assertEquals(usual, options(Settings.builder()));
    }

    public void testWhatIsSetReachesTheCalls() {
        RemoteOptions options = options(Settings.builder().put("plugins.semantic.remote.timeout", "10s")
                .put("plugins.semantic.remote.concurrent_calls", 3).put("plugins.semantic.remote.waiting_requests", 7)
                .put("plugins.semantic.remote.breaker_pause", "2s")
                .put("plugins.semantic.remote.proxy", "proxy.example.com:3128"));
        assertEquals(Duration.ofSeconds(10), options.documentTimeout());
        assertEquals(Duration.ofSeconds(5), options.queryTimeout());
        assertEquals(3, options.concurrentCalls());
        assertEquals(7, options.waitingRequests());
        assertEquals(Duration.ofSeconds(2), options.breakerPause());
        assertEquals(Optional.of(InetSocketAddress.createUnresolved("proxy.example.com", 3128)), options.proxy());
    }

    public void testAProxyIsHostAndPort() {
        for (String bad : new String[]{"proxy.example.com", "http://proxy.example.com:3128", "user@proxy.example.com:3128", ":1",
            "a b:1", "proxy.example.com:3128/x"}) {
            Exception refused = expectThrows(IllegalArgumentException.class,
                    () -> options(Settings.builder().put("plugins.semantic.remote.proxy", bad)));
            assertThat(refused.toString() + refused.getCause(),
                    containsString("expected host and port, such as [proxy.example.com:3128]"));
        }
    }
}
