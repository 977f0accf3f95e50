package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/** One thing to measure on a node of its own. */
interface Measurement {

    /**
     * Starts the node, measures, prints a table and stops the node.
     *
     * @return the figures
     */
    ObjectNode run(PrintStream out) throws IOException;

    /** Figures that must be 0, or the command fails after it printed them. */
    default List<String> mustBeZero() {
        return List.of();
    }

    /** Whether the line of figures begins with the name of the command. */
    default boolean namesItsCommand() {
        return true;
    }
}
