package io.semanticsearch.embedding.remote;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;

/** One proxy for all servers but those on this machine, which it could not reach. */
final class ProxyChoice extends ProxySelector {

    private final Proxy proxy;

    ProxyChoice(InetSocketAddress address) {
        this.proxy = new Proxy(Proxy.Type.HTTP, address);
    }

    @Override
    public List<Proxy> select(URI uri) {
        return List.of(EndpointRules.isLocalName(uri.getHost()) ? Proxy.NO_PROXY : proxy);
    }

    /** The call itself fails then, and says so. */
    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
}
