/**
 * Builds the graph that runs fastest for an encoder that ONNX Runtime would otherwise run as it was exported. {@link
 * io.semanticsearch.onnx.graph.EncoderCompiler} reads a model folder and writes an ONNX file with fused operators; it runs nothing itself.
 */
package io.semanticsearch.onnx.graph;
