package io.semanticsearch.plugin.models;

import org.opensearch.cluster.node.DiscoveryNode;
import org.opensearch.common.settings.Settings;

/** The attribute by which nodes tell each other that they have the plugin and whether models run on them. */
public final class NodeAttribute {

    private static final String NAME = "semantic_search";
    private static final String RUNS_MODELS = "models";
    private static final String ASKS_OTHERS = "no_models";

    private NodeAttribute() {}

    public static Settings setting(boolean runsModels) {
        return Settings.builder().put("node.attr." + NAME, runsModels ? RUNS_MODELS : ASKS_OTHERS).build();
    }

    public static boolean hasPlugin(DiscoveryNode node) {
        return node.getAttributes().containsKey(NAME);
    }

    static boolean runsModels(DiscoveryNode node) {
        return RUNS_MODELS.equals(node.getAttributes().get(NAME));
    }
}
