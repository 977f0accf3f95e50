/**
 * ONNX Runtime by {@code java.lang.foreign}: opens the library that comes with the plugin, loads models, runs them. The only package that
 * calls native code.
 */
package io.semanticsearch.onnx;
