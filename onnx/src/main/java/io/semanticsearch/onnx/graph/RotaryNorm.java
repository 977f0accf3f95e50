package io.semanticsearch.onnx.graph;

import java.util.Optional;

/**
 * A layer norm, with a shift or without.
 *
 * @param scale one row
 * @param shift one row
 */
record RotaryNorm(Matrix scale, Optional<Matrix> shift) {}
