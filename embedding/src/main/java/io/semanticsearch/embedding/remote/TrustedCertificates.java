package io.semanticsearch.embedding.remote;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;

/**
 * The authorities that this Java trusts, and some more.
 *
 * @param manager trusts both
 */
record TrustedCertificates(X509TrustManager manager) {

    /** @param file PEM; an {@link IllegalArgumentException} names it and the setting when it cannot be used */
    static TrustedCertificates of(Path file) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            Collection<? extends Certificate> own = CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (own.isEmpty()) throw new GeneralSecurityException("it holds no certificate");
            List<Certificate> all = new ArrayList<>(own);
            all.addAll(List.of(manager(null).getAcceptedIssuers()));
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < all.size(); i++) {
                store.setCertificateEntry("authority-" + i, (X509Certificate) all.get(i));
            }
            return new TrustedCertificates(manager(store));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException("[" + RemoteOptions.CERTIFICATES_SETTING + "] is [" + file
                    + "], expected a PEM file of certificates: " + e, e);
        }
    }

    void apply(OkHttpClient.Builder client) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[]{manager}, null);
            client.sslSocketFactory(context.getSocketFactory(), manager);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has TLS", e);
        }
    }

    private static X509TrustManager manager(KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) return x509;
        }
        throw new GeneralSecurityException("this Java has no trust manager for X.509");
    }
}
