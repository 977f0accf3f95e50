/**
 * A real OpenSearch home on disk, and nodes started from it.
 *
 * <p>{@link io.semanticsearch.node.OpenSearchHome} is the home: a copy of the one that this module's build puts together, into which
 * plugins are installed. {@link io.semanticsearch.node.NodeProcess} is a node started from it with
 * {@link io.semanticsearch.node.NodeSettings}, in a process of its own, with the agent that enforces plugin policies and never as root.
 * {@link io.semanticsearch.node.JdkFinder} finds the JDK it runs on. Uses the JDK only.
 */
package io.semanticsearch.node;
