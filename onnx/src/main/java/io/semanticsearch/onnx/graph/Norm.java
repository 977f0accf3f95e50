package io.semanticsearch.onnx.graph;

/**
 * A layer norm.
 *
 * @param scale one row
 * @param shift one row
 */
record Norm(Matrix scale, Matrix shift) {}
