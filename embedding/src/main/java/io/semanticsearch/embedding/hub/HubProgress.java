package io.semanticsearch.embedding.hub;

/**
 * How far a fetch has come. Bytes may go back when a file has to begin again.
 *
 * @param file what is fetched now, by its name in the repository; empty before the list of files is known
 * @param doneBytes bytes on disk, of files fetched earlier too
 * @param totalBytes bytes of all files, as far as known; 0 before the list of files is known
 */
public record HubProgress(String file, long doneBytes, long totalBytes) {}
