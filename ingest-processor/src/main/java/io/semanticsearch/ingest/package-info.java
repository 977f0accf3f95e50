/** Vectors for documents on their way in: the {@code embed} processor, the one that mappings generate, and updates. */
package io.semanticsearch.ingest;
