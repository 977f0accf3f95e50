/**
 * Models that servers run, reached over HTTP: what each provider speaks, and one transport for all of them. No call blocks its caller.
 */
package io.semanticsearch.embedding.remote;
