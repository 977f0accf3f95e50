package io.semanticsearch.onnx;

import java.nio.file.Path;

/** The libraries that the build has laid ready. */
final class Natives {

    static final Path FOLDER = Path.of(System.getProperty("natives.folder"));

    private Natives() {}

    static OnnxRuntime open() {
        return OnnxRuntime.open(FOLDER);
    }
}
