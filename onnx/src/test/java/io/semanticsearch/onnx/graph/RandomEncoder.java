package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.OnnxWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the folder of an encoder with random weights: config.json, model.safetensors and onnx/model.onnx, an export of the same weights. */
public final class RandomEncoder {

    private RandomEncoder() {}

    public static Path write(RandomWeights weights, Path folder) throws IOException {
        return write(weights, folder, "", "F32", ExportStyle.USUAL);
    }

    static Path write(RandomWeights weights, Path folder, String prefix, String type, ExportStyle style) throws IOException {
        Files.createDirectories(folder.resolve("onnx"));
        Files.writeString(folder.resolve("config.json"), weights.shape().configJson());
        SafetensorsWriter.write(weights, prefix, type, folder.resolve("model.safetensors"));
        OnnxWriter.write(EagerExport.of(weights, style, prefix), folder.resolve("onnx/model.onnx"));
        return folder;
    }
}
