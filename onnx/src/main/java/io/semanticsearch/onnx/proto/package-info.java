/**
 * ONNX files, read and written: the messages of <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a> that encoders
 * need, the tensors in them and those that lie in files beside them.
 */
package io.semanticsearch.onnx.proto;
