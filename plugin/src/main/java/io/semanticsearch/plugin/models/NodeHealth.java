package io.semanticsearch.plugin.models;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** How a model is on one node, in a word: whether the next request will be answered there, and why not. */
public final class NodeHealth {

    private NodeHealth() {}

    /**
     * Reads it out of what the node says of itself; empty where the node runs no models.
     *
     * @return {@code state}: {@code ready} (in memory, or loaded when needed), {@code loading}, {@code failed}, {@code breaker_open}; and a
     *         {@code reason} where there is one
     */
    public static Optional<Map<String, Object>> of(String model, ModelMessage.Answer node) {
        if (node.failure().isPresent()) return Optional.of(health("failed", node.failure().get()));
        // Only a node that runs models has memory for them.
        if (!node.result().containsKey("memory")) return Optional.empty();
        Map<?, ?> models = node.result().get("models") instanceof Map<?, ?> known ? known : Map.of();
        Map<?, ?> here = models.get(model) instanceof Map<?, ?> known ? known : Map.of();
        // One in two places has its server under a name of its own.
        Map<?, ?> server = models.get(DynamicParts.remoteId(model)) instanceof Map<?, ?> known ? known : here;
        Object breaker = server.get("breaker");
        if (breaker != null && !breaker.equals("closed")) {
            return Optional.of(health("breaker_open", "the server failed several times in a row and is "
                    + (breaker.equals("open") ? "left alone for a while" : "tried again now")));
        }
        return Optional.of(switch (String.valueOf(here.get("state"))) {
            case "loading", "fetching" -> health("loading", null);
            case "failed" -> health("failed", String.valueOf(here.get("error")));
            default -> health("ready", null);
        });
    }

    private static Map<String, Object> health(String state, String reason) {
        Map<String, Object> health = new LinkedHashMap<>();
        health.put("state", state);
        if (reason != null) health.put("reason", reason);
        return health;
    }
}
