package io.semanticsearch.plugin;

import io.semanticsearch.embedding.remote.Credential;
import io.semanticsearch.embedding.remote.Credentials;
import io.semanticsearch.embedding.remote.EndpointRules;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.opensearch.common.settings.SecureSetting;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.Setting.Property;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.common.settings.SecureString;

/** The keys of providers, out of the keystore. The keystore can be read only at certain times: what is wanted of it later is kept. */
final class KeystoreCredentials implements Credentials {

    private static final String PREFIX = "plugins.semantic.credential.";

    /** A provider's key. */
    static final Setting.AffixSetting<SecureString> API_KEY = Setting.affixKeySetting(PREFIX, "api_key",
            key -> SecureSetting.secureString(key, null));

    /** The hosts that the key may be sent to; the provider's own for a credential of the provider's name. */
    static final Setting.AffixSetting<List<String>> HOSTS = Setting.affixKeySetting(PREFIX, "hosts",
            key -> Setting.listSetting(key, List.of(), text -> text, Property.NodeScope));

    private final Map<String, List<String>> hosts;
    private volatile Map<String, String> keys = Map.of();

    /** Without any until {@link #read}. */
    KeystoreCredentials(Settings settings) {
        this.hosts = HOSTS.getAsMap(settings);
    }

    /** Reads the keys, at the start and whenever they were changed. */
    void read(Settings settings) {
        Map<String, String> read = new HashMap<>();
        API_KEY.getAsMap(settings).forEach((name, key) -> {
            try (key) {
                read.put(name, key.toString());
            }
        });
        keys = Map.copyOf(read);
    }

    /** Checked here and not when it is read: a key that is none must not keep the node from starting. */
    @Override
    public Optional<Credential> find(String name) {
        List<String> bound = hosts.getOrDefault(name, List.of());
        return Optional.ofNullable(keys.get(name))
                .map(key -> new Credential(key, bound.isEmpty() ? EndpointRules.ownHosts(name) : Set.copyOf(bound)));
    }
}
