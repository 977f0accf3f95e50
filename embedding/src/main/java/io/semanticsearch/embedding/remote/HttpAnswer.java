package io.semanticsearch.embedding.remote;

/**
 * What came back, whatever its status.
 *
 * @param body unpacked; cut off where the answer is no success and long
 */
record HttpAnswer(int status, WireHeaders headers, byte[] body) {}
