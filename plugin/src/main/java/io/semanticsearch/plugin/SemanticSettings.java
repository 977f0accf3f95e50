package io.semanticsearch.plugin;

import io.semanticsearch.embedding.QueueBounds;
import io.semanticsearch.embedding.hub.HubOptions;
import io.semanticsearch.embedding.local.LocalModels;
import io.semanticsearch.embedding.local.LoneQueries;
import io.semanticsearch.embedding.remote.EndpointRules;
import io.semanticsearch.embedding.remote.RemoteOptions;
import io.semanticsearch.plugin.models.LoadedModels;
import io.semanticsearch.plugin.models.SlowLog;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.opensearch.cluster.node.DiscoveryNode;
import org.opensearch.cluster.node.DiscoveryNodeRole;
import org.opensearch.common.settings.SecureSetting;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.Setting.Property;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.util.concurrent.OpenSearchExecutors;
import org.opensearch.core.common.settings.SecureString;
import org.opensearch.core.common.unit.ByteSizeUnit;
import org.opensearch.core.common.unit.ByteSizeValue;
import org.opensearch.monitor.os.OsProbe;

/** Every setting of the plugin, with its default and bounds. */
public final class SemanticSettings {

    /** The model of fields and processors that name none. Changing it touches no existing index. */
    public static final Setting<String> DEFAULT_MODEL = Setting.simpleString(
            "plugins.semantic.default_model", LocalModels.builtIns().getFirst(), Property.NodeScope, Property.Dynamic);

    /** Whether models run on this node. Where they don't, the texts go to nodes where they do. */
    public static final Setting<Boolean> LOCAL_ENABLED = Setting.boolSetting(
            "plugins.semantic.local.enabled", settings -> String.valueOf(!isDedicatedClusterManager(settings)),
            Property.NodeScope);

    /** Threads that embed. Half of the processors leaves the others to indexing and searching. */
    public static final Setting<Integer> LOCAL_THREADS = new Setting<>(
            "plugins.semantic.local.threads",
            settings -> String.valueOf(Math.max(1, OpenSearchExecutors.allocatedProcessors(settings) / 2)),
            text -> Setting.parseInt(text, 1, 256, "plugins.semantic.local.threads"),
            Property.NodeScope);

    /** Threads more that embed queries alone, so that a query never waits for a batch of documents to end. */
    public static final Setting<Integer> QUERY_THREADS = new Setting<>(
            "plugins.semantic.local.query_threads",
            settings -> String.valueOf(Math.max(1, OpenSearchExecutors.allocatedProcessors(settings) / 8)),
            text -> Setting.parseInt(text, 0, 256, "plugins.semantic.local.query_threads"),
            Property.NodeScope);

    /**
     * Threads that work on a query of a transformer while no other text is embedded and at least half of the processors have nothing to
     * do. With more than one, models of up to 256 MB and an eighth of {@link #LOCAL_MEMORY} are in memory twice.
     */
    public static final Setting<Integer> THREADS_PER_QUERY = new Setting<>(
            "plugins.semantic.local.threads_per_query",
            settings -> String.valueOf(LoneQueries.threads(OpenSearchExecutors.allocatedProcessors(settings))),
            text -> Setting.parseInt(text, 1, 64, "plugins.semantic.local.threads_per_query"),
            Property.NodeScope);

    /**
     * Another build of ONNX Runtime to use in place of the one that comes along: such as one for graphics processors. Whoever names it
     * vouches for it.
     */
    public static final Setting<String> ONNXRUNTIME_LIBRARY = Setting.simpleString(
            "plugins.semantic.local.onnxruntime_library", "", Property.NodeScope);

    /** Where models named [hf:…] are fetched from: the Hugging Face Hub or a mirror of it. */
    public static final Setting<URI> HUB_ENDPOINT = new Setting<>("plugins.semantic.hub.endpoint",
            HubOptions.DEFAULT_ENDPOINT.toString(), URI::create, Property.NodeScope);

    /** Whether nothing is fetched: only what is on this node already is used. */
    public static final Setting<Boolean> HUB_OFFLINE = Setting.boolSetting("plugins.semantic.hub.offline", false,
            Property.NodeScope);

    /** The largest model that is fetched. */
    public static final Setting<ByteSizeValue> HUB_MAX_BYTES = Setting.byteSizeSetting("plugins.semantic.hub.max_bytes",
            new ByteSizeValue(20, ByteSizeUnit.GB), new ByteSizeValue(1, ByteSizeUnit.MB),
            new ByteSizeValue(1, ByteSizeUnit.TB),
            Property.NodeScope);

    /** For repositories that need one; shown to the endpoint only. In the keystore. */
    public static final Setting<SecureString> HUB_TOKEN = SecureSetting.secureString("plugins.semantic.hub.token", null);

    /** Where remote models may be; a definition of another place is refused. */
    public static final Setting<List<String>> ALLOWED_ENDPOINTS = Setting.listSetting(RemoteOptions.ALLOWED_ENDPOINTS_SETTING,
            EndpointRules.DEFAULT_ALLOWED, text -> text, Property.NodeScope);

    /** How long a request with documents may take on a server, all tries together; one with queries half of it. */
    public static final Setting<TimeValue> REMOTE_TIMEOUT = Setting.timeSetting(RemoteOptions.TIMEOUT_SETTING,
            TimeValue.timeValueSeconds(60), TimeValue.timeValueMillis(100), Property.NodeScope);

    /** Requests with one credential at the same time, those that wait included; what comes on top is answered with 429. */
    public static final Setting<Integer> REMOTE_WAITING = Setting.intSetting(RemoteOptions.WAITING_REQUESTS_SETTING, 256, 1,
            Property.NodeScope);

    /** Calls with one credential, or to one server where there is none, at the same time; the others wait. */
    public static final Setting<Integer> REMOTE_CALLS = Setting.intSetting(RemoteOptions.CONCURRENT_CALLS_SETTING,
            RemoteOptions.defaults().concurrentCalls(), 1, 64, Property.NodeScope);

    /** For how long a model is left alone whose server failed several times in a row. */
    public static final Setting<TimeValue> REMOTE_BREAKER_PAUSE = Setting.timeSetting(RemoteOptions.BREAKER_PAUSE_SETTING,
            TimeValue.timeValueMillis(RemoteOptions.defaults().breakerPause().toMillis()), TimeValue.timeValueMillis(100),
            Property.NodeScope);

    /** An HTTP proxy, [host:port], for all servers but those on this machine. */
    public static final Setting<Optional<InetSocketAddress>> REMOTE_PROXY = new Setting<>(RemoteOptions.PROXY_SETTING, "",
            SemanticSettings::proxy, Property.NodeScope);

    /** The largest answer of a server that is read. */
    public static final Setting<ByteSizeValue> REMOTE_ANSWER_BYTES = Setting.byteSizeSetting(
            RemoteOptions.MAX_ANSWER_BYTES_SETTING,
            new ByteSizeValue(64, ByteSizeUnit.MB), new ByteSizeValue(1, ByteSizeUnit.KB), new ByteSizeValue(1, ByteSizeUnit.GB),
            Property.NodeScope);

    /** A PEM file in the configuration folder, with authorities to trust besides those of Java. */
    public static final Setting<String> REMOTE_CERTIFICATES = Setting.simpleString(
            RemoteOptions.CERTIFICATES_SETTING, "", Property.NodeScope);

    /**
     * How servers are called.
     *
     * @param config the configuration folder
     */
    static RemoteOptions remote(Settings settings, Path config) {
        RemoteOptions usual = RemoteOptions.defaults();
        Duration timeout = Duration.ofMillis(REMOTE_TIMEOUT.get(settings).millis());
        return new RemoteOptions(timeout.dividedBy(2), timeout, usual.connectTimeout(), usual.retries(), usual.maxDelay(),
                REMOTE_CALLS.get(settings), REMOTE_WAITING.get(settings), usual.breakerFailures(),
                Duration.ofMillis(REMOTE_BREAKER_PAUSE.get(settings).millis()),
                REMOTE_ANSWER_BYTES.get(settings).getBytes(), REMOTE_PROXY.get(settings),
                Optional.of(REMOTE_CERTIFICATES.get(settings)).filter(path -> !path.isEmpty()).map(config::resolve),
                usual.userAgent());
    }

    /** Tokens that may wait for a transformer on a node; what comes on top is answered with 429. */
    public static final Setting<Long> QUEUE_TOKENS = Setting.longSetting(
            QueueBounds.TOKENS_SETTING, 2_000_000, 1, Property.NodeScope, Property.Dynamic);

    /** Memory that the models of this node may take: bytes, or a percentage of the machine's memory that is not heap. */
    public static final Setting<ByteSizeValue> LOCAL_MEMORY = new Setting<>(
            LoadedModels.MEMORY_SETTING, "50%", SemanticSettings::memory, Property.NodeScope, Property.Dynamic);

    private static final long MOST_BYTES_TWICE = 256L << 20;

    /** What a percentage comes to at least: machines with little memory beside the heap run small models, too. */
    private static final long LEAST_SHARE = 256L << 20;

    /** Text that may wait to be embedded on a node; what comes on top is answered with 429. */
    public static final Setting<ByteSizeValue> QUEUE_BYTES = Setting.byteSizeSetting(
            QueueBounds.BYTES_SETTING,
            new ByteSizeValue(128, ByteSizeUnit.MB),
            new ByteSizeValue(1, ByteSizeUnit.KB),
            new ByteSizeValue(8, ByteSizeUnit.GB),
            Property.NodeScope,
            Property.Dynamic);

    /** Vectors of search texts that a node keeps; 0 keeps none. */
    public static final Setting<ByteSizeValue> QUERY_CACHE_BYTES = Setting.byteSizeSetting(
            "plugins.semantic.query_cache_bytes",
            new ByteSizeValue(16, ByteSizeUnit.MB),
            ByteSizeValue.ZERO,
            new ByteSizeValue(1, ByteSizeUnit.GB),
            Property.NodeScope);

    /** How often a node looks for models that nobody used for their [keep_alive]. */
    public static final Setting<TimeValue> IDLE_CHECK = Setting.timeSetting(
            "plugins.semantic.local.idle_check", TimeValue.timeValueSeconds(30), TimeValue.timeValueMillis(100),
            Property.NodeScope);

    /** Whether clauses beside a semantic one decide, while it is searched, what it finds; if not, they filter what it found. */
    public static final Setting<Boolean> PUSH_FILTERS = Setting.boolSetting(
            "plugins.semantic.search.push_filters", true, Property.NodeScope, Property.Dynamic);

    /** Whether vectors of documents that are indexed over are looked up, so that texts that stay are not embedded again. */
    public static final Setting<Boolean> LOOK_UP_VECTORS = Setting.boolSetting(
            "plugins.semantic.ingest.look_up_vectors", true, Property.NodeScope, Property.Dynamic);

    /** From when on a request is written into the slow log; -1 for never. */
    private static final Setting<TimeValue> SLOW_QUERY_WARN = slow("query.warn");
    private static final Setting<TimeValue> SLOW_QUERY_INFO = slow("query.info");
    private static final Setting<TimeValue> SLOW_DOCUMENTS_WARN = slow("documents.warn");
    private static final Setting<TimeValue> SLOW_DOCUMENTS_INFO = slow("documents.info");

    static final List<Setting<?>> SLOWLOG = List.of(SLOW_QUERY_WARN, SLOW_QUERY_INFO, SLOW_DOCUMENTS_WARN, SLOW_DOCUMENTS_INFO);

    private static Setting<TimeValue> slow(String name) {
        return Setting.timeSetting("plugins.semantic.slowlog.threshold." + name, TimeValue.MINUS_ONE, TimeValue.MINUS_ONE,
                Property.NodeScope, Property.Dynamic);
    }

    static SlowLog.Threshold slowQuery(Settings settings) {
        return new SlowLog.Threshold(SLOW_QUERY_WARN.get(settings), SLOW_QUERY_INFO.get(settings));
    }

    static SlowLog.Threshold slowDocuments(Settings settings) {
        return new SlowLog.Threshold(SLOW_DOCUMENTS_WARN.get(settings), SLOW_DOCUMENTS_INFO.get(settings));
    }

    private SemanticSettings() {}

    static List<Setting<?>> all() {
        return List.of(DEFAULT_MODEL, LOCAL_ENABLED, LOCAL_THREADS, QUERY_THREADS, THREADS_PER_QUERY, LOCAL_MEMORY,
                ONNXRUNTIME_LIBRARY, QUEUE_BYTES,
                QUEUE_TOKENS, QUERY_CACHE_BYTES, IDLE_CHECK, HUB_ENDPOINT, HUB_OFFLINE, HUB_MAX_BYTES, HUB_TOKEN,
                ALLOWED_ENDPOINTS, PUSH_FILTERS, LOOK_UP_VECTORS, REMOTE_TIMEOUT, REMOTE_WAITING, REMOTE_CALLS,
                REMOTE_BREAKER_PAUSE, REMOTE_PROXY,
                REMOTE_ANSWER_BYTES, REMOTE_CERTIFICATES, SLOW_QUERY_WARN, SLOW_QUERY_INFO, SLOW_DOCUMENTS_WARN,
                SLOW_DOCUMENTS_INFO, KeystoreCredentials.API_KEY, KeystoreCredentials.HOSTS);
    }

    /** Not looked up here: the name may stand for another address later. */
    private static Optional<InetSocketAddress> proxy(String text) {
        if (text.isEmpty()) return Optional.empty();
        try {
            URI place = new URI("http://" + text);
            if (place.getHost() != null && place.getPort() > 0 && place.getAuthority().equals(text)
                    && place.getUserInfo() == null) {
                return Optional.of(InetSocketAddress.createUnresolved(place.getHost(), place.getPort()));
            }
        } catch (URISyntaxException e) {
            // Told below, in the words of the setting.
        }
        throw new IllegalArgumentException("[" + RemoteOptions.PROXY_SETTING + "] is [" + text
                + "], expected host and port, such as [proxy.example.com:3128]");
    }

    private static ByteSizeValue memory(String text) {
        if (!text.endsWith("%")) {
            ByteSizeValue bytes = ByteSizeValue.parseBytesSizeValue(text, LoadedModels.MEMORY_SETTING);
            if (bytes.getBytes() < 0) throw unusableMemory(text);
            return bytes;
        }
        double percent;
        try {
            percent = Double.parseDouble(text.substring(0, text.length() - 1));
        } catch (NumberFormatException e) {
            throw unusableMemory(text);
        }
        if (!(percent >= 0 && percent <= 100)) throw unusableMemory(text);
        long besideHeap = OsProbe.getInstance().getTotalPhysicalMemorySize() - Runtime.getRuntime().maxMemory();
        return new ByteSizeValue(Math.max(LEAST_SHARE, (long) (percent / 100 * besideHeap)));
    }

    private static IllegalArgumentException unusableMemory(String text) {
        return new IllegalArgumentException("[" + LoadedModels.MEMORY_SETTING + "] is [" + text
                + "], expected bytes, such as [2gb], or a percentage from [0%] to [100%] of the memory that is not heap");
    }

    /** Where memory is short, models that are in it twice would push out others. */
    static LoneQueries loneQueries(Settings settings) {
        long mostBytes = Math.min(MOST_BYTES_TWICE, LOCAL_MEMORY.get(settings).getBytes() / 8);
        return new LoneQueries(THREADS_PER_QUERY.get(settings), mostBytes);
    }

    private static boolean isDedicatedClusterManager(Settings settings) {
        return Set.copyOf(DiscoveryNode.getRolesFromSettings(settings)).equals(Set.of(DiscoveryNodeRole.CLUSTER_MANAGER_ROLE));
    }

    /** How much may wait for the threads that embed. */
    static QueueBounds queueBounds(Settings settings) {
        return new QueueBounds(QUEUE_BYTES.get(settings).getBytes(), QUEUE_TOKENS.get(settings));
    }

    /** @param token what the keystore has for the hub when it is asked */
    static HubOptions hub(Settings settings, Supplier<Optional<String>> token) {
        return new HubOptions(HUB_ENDPOINT.get(settings), token, HUB_OFFLINE.get(settings), Optional.empty(),
                HubOptions.DEFAULT_CONNECT_TIMEOUT, HubOptions.DEFAULT_READ_TIMEOUT, HubOptions.DEFAULT_PATIENCE,
                HUB_MAX_BYTES.get(settings).getBytes(), HubOptions.DEFAULT_USER_AGENT);
    }
}
