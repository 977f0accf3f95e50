/** Models whose files this process reads: their folders, their weights, and what runs them. */
package io.semanticsearch.embedding.local;
