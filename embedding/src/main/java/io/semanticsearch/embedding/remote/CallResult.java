package io.semanticsearch.embedding.remote;

import com.fasterxml.jackson.databind.JsonNode;

/** How a call ended that need not be sent again as it is. */
sealed interface CallResult {

    /** With status 2xx. */
    record Answered(JsonNode body, WireHeaders headers) implements CallResult {}

    /** With what sending fewer or other texts may help. */
    record Faulted(Fault fault) implements CallResult {}
}
