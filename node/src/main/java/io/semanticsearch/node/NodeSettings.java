package io.semanticsearch.node;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What a node is started with. Immutable; the {@code with...} methods return changed copies.
 *
 * @param name unique in a home; names the node's folders too
 * @param httpPort 0 takes a free one
 * @param transportPort 0 takes a free one
 * @param heap as in {@code 512m} or {@code 2g}; all of it is taken at the start
 * @param data where the indices lie; empty is {@code data/<name>} of the home
 * @param settings lines of {@code opensearch.yml}; a list is written with commas; the node must go on listening on 127.0.0.1
 * @param jvmArguments added after those of {@code config/jvm.options}
 */
public record NodeSettings(String name,
        int httpPort,
        int transportPort,
        String heap,
        Optional<Path> data,
        Map<String, String> settings,
        List<String> jvmArguments) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final Pattern HEAP = Pattern.compile("[1-9][0-9]*[kmgKMG]");
    private static final int HIGHEST_PORT = 65_535;
    private static final String DEFAULT_HEAP = "512m";

    /** Written by the launcher from the other components. */
    private static final Set<String> OWN_SETTINGS = Set.of("node.name", "http.port", "transport.port", "path.data", "path.logs");

    public NodeSettings {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "node name [" + name + "] must have letters, digits and [. _ -] only, and not start with one of these");
        }
        requirePort("HTTP", httpPort);
        requirePort("transport", transportPort);
        if (httpPort != 0 && httpPort == transportPort) {
            throw new IllegalArgumentException("HTTP and transport cannot both listen on port " + httpPort);
        }
        if (!HEAP.matcher(heap).matches()) {
            throw new IllegalArgumentException("heap [" + heap + "] must be a whole number with a unit, as in [512m] or [2g]");
        }
        Set<String> own = new TreeSet<>(settings.keySet());
        own.retainAll(OWN_SETTINGS);
        if (!own.isEmpty()) {
            throw new IllegalArgumentException(
                    "settings " + own + " follow from the name, the ports and the data path; give those instead");
        }
        data = data.map(path -> path.toAbsolutePath().normalize());
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        jvmArguments = List.copyOf(jvmArguments);
    }

    /** A cluster of one node. */
    public static NodeSettings single(int httpPort) {
        return new NodeSettings("node-1", httpPort, 0, DEFAULT_HEAP, Optional.empty(), Map.of("discovery.type", "single-node"),
                List.of());
    }

    /**
     * One node of a cluster on this machine. The first of the cluster elects itself, and the others join it: start it first, since a
     * node answers only once it has found a cluster.
     *
     * @param transportPorts of all nodes of the cluster by name, the first one first
     */
    public static NodeSettings member(String name, int httpPort, SequencedMap<String, Integer> transportPorts) {
        Integer transportPort = transportPorts.get(name);
        if (transportPort == null) {
            throw new IllegalArgumentException("node [" + name + "] is not one of the cluster " + transportPorts.keySet());
        }
        List<String> seeds = transportPorts.values().stream().map(port -> "127.0.0.1:" + port).toList();
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("discovery.seed_hosts", String.join(",", seeds));
        settings.put("cluster.initial_cluster_manager_nodes", transportPorts.firstEntry().getKey());
        return new NodeSettings(name, httpPort, transportPort, DEFAULT_HEAP, Optional.empty(), settings, List.of());
    }

    /** The members of a cluster on this machine, {@code node-1} first, on ports that are free now; to be started in this order. */
    public static List<NodeSettings> cluster(int nodes) {
        if (nodes < 1) throw new IllegalArgumentException("a cluster has at least 1 node, got " + nodes);
        SequencedMap<String, Integer> ports = new LinkedHashMap<>();
        while (ports.size() < nodes) {
            int port = Port.free();
            if (!ports.containsValue(port)) ports.put("node-" + (ports.size() + 1), port);
        }
        return ports.keySet().stream().map(name -> member(name, 0, ports)).toList();
    }

    public NodeSettings withName(String changed) {
        return new NodeSettings(changed, httpPort, transportPort, heap, data, settings, jvmArguments);
    }

    public NodeSettings withHttpPort(int changed) {
        return new NodeSettings(name, changed, transportPort, heap, data, settings, jvmArguments);
    }

    public NodeSettings withHeap(String changed) {
        return new NodeSettings(name, httpPort, transportPort, changed, data, settings, jvmArguments);
    }

    public NodeSettings withData(Path changed) {
        return new NodeSettings(name, httpPort, transportPort, heap, Optional.of(changed), settings, jvmArguments);
    }

    /** Adds a line of {@code opensearch.yml}, or replaces it. */
    public NodeSettings with(String setting, String value) {
        Map<String, String> changed = new LinkedHashMap<>(settings);
        changed.put(setting, value);
        return new NodeSettings(name, httpPort, transportPort, heap, data, changed, jvmArguments);
    }

    public NodeSettings withJvmArgument(String argument) {
        List<String> changed = new ArrayList<>(jvmArguments);
        changed.add(argument);
        return new NodeSettings(name, httpPort, transportPort, heap, data, settings, changed);
    }

    private static void requirePort(String purpose, int port) {
        if (port < 0 || port > HIGHEST_PORT) {
            throw new IllegalArgumentException(purpose + " port must be between 0 and " + HIGHEST_PORT + ", got " + port);
        }
    }
}
