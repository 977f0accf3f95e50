/**
 * Text to vectors: what an embedding function is, how one is defined, and what stands between it and its callers (workers, batches, the
 * query cache). Knows no search engine.
 */
package io.semanticsearch.embedding;
