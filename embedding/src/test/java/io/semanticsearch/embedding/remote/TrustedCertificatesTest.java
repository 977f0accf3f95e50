package io.semanticsearch.embedding.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.ModelDefinition;
import io.semanticsearch.embedding.RemoteModel;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustedCertificatesTest {

    private static final char[] PASSWORD = "not-a-secret".toCharArray();

    @TempDir
    private Path folder;

    @Test
    void an_authority_of_ones_own_is_trusted_besides_the_others() throws Exception {
        Path pem = folder.resolve("authority.pem");
        HttpsServer server = server(pem);
        try {
            String endpoint = "https://127.0.0.1:" + server.getAddress().getPort() + "/v1";
            RemoteModel model = (RemoteModel) ModelDefinition.of("m",
                    Map.of("provider", "openai", "model", "m", "endpoint", endpoint));
            EndpointRules rules = new EndpointRules(List.of("https://127.0.0.1:*"));
            try (RemoteModels models = new RemoteModels(options(Optional.empty()), rules, Credentials.NONE)) {
                EmbeddingException e = ProviderContract.failure(models.open(model));
                assertInstanceOf(EmbeddingException.Unavailable.class, e);
                assertTrue(e.getMessage().contains("a certificate authority of your own goes into the setting"
                        + " [plugins.semantic.remote.certificate_authorities]"), e.getMessage());
            }
            try (RemoteModels models = new RemoteModels(options(Optional.of(pem)), rules, Credentials.NONE)) {
                assertEquals(2, ProviderContract.get(models.open(model)).dimension());
            }
            assertTrue(TrustedCertificates.of(pem).manager().getAcceptedIssuers().length > 1, "those of Java are trusted still");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void a_file_that_holds_none_is_named() throws IOException {
        Path file = Files.writeString(folder.resolve("x.pem"), "no certificate");
        for (Path path : List.of(file, folder.resolve("missing.pem"))) {
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> TrustedCertificates.of(path));
            assertTrue(
                    e.getMessage()
                            .startsWith("[plugins.semantic.remote.certificate_authorities] is [" + path + "], expected a PEM"),
                    e.getMessage());
        }
    }

    /** Answers everything with one vector; its certificate is written as PEM. */
    private HttpsServer server(Path pem) throws IOException, GeneralSecurityException, InterruptedException {
        Path store = folder.resolve("server.p12");
        keytool("-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname", "CN=test", "-ext", "san=ip:127.0.0.1", "-storetype",
                "PKCS12", "-keystore", store.toString(), "-storepass", new String(PASSWORD));
        keytool("-exportcert", "-rfc", "-alias", "server", "-file", pem.toString(), "-keystore", store.toString(), "-storepass",
                new String(PASSWORD));
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                ProviderServer.send(exchange, 200, """
                        {"data": [{"index": 0, "embedding": [0.6, 0.8]}]}""");
            }
        });
        server.start();
        return server;
    }

    private static void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
    }

    private static RemoteOptions options(Optional<Path> certificates) {
        RemoteOptions o = RemoteOptions.defaults();
        return new RemoteOptions(o.queryTimeout(), o.documentTimeout(), o.connectTimeout(), o.retries(), o.maxDelay(),
                o.concurrentCalls(),
                o.waitingRequests(), o.breakerFailures(), o.breakerPause(), o.maxAnswerBytes(), o.proxy(), certificates,
                o.userAgent());
    }
}
