package io.semanticsearch.onnx.proto;

import java.nio.file.Path;
import java.util.List;

/** The files beside an ONNX file that hold its large tensors. */
public final class ExternalDataFiles {

    private ExternalDataFiles() {}

    /**
     * Reads which they are, and that they are there, and that the graph is one that can be walked.
     *
     * @param onnx the ONNX file
     * @return their names, in the same folder as the ONNX file; nothing outside of it is ever named
     * @throws BrokenModelException when the file is no ONNX model, or names a file outside of its folder
     */
    public static List<String> of(Path onnx) {
        try (OnnxFile file = OnnxFile.open(onnx, onnx.getFileName().toString())) {
            return file.externalFiles();
        }
    }
}
