/**
 * Models by name: fetched from a Hugging Face endpoint, checked against what the repository lists, and kept on disk. Knows nothing of what
 * runs them.
 */
package io.semanticsearch.embedding.hub;
