package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.BrokenModelException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * The files that an encoder is compiled from.
 *
 * @param folder of the model, with its {@code config.json}
 * @param weights relative to the folder: a safetensors file or an ONNX export
 */
public record EncoderSource(Path folder, String weights) {

    static final String CONFIG = "config.json";
    private static final String SAFETENSORS = ".safetensors";
    private static final List<String> USUAL = List.of("model.safetensors", "onnx/model.onnx", "model.onnx");

    public EncoderSource {
        Objects.requireNonNull(folder, "folder");
        Objects.requireNonNull(weights, "weights");
        Path inside = Path.of(weights);
        if (inside.isAbsolute() || inside.startsWith("..") || !inside.normalize().equals(inside)) {
            throw new IllegalArgumentException(
                    "[weights] is [" + weights + "], expected the name of a file in the model's folder");
        }
    }

    /** The weights at their usual place; the original ones rather than an export of them. */
    public static EncoderSource in(Path folder) {
        String weights = USUAL.stream().filter(name -> Files.isRegularFile(folder.resolve(name))).findFirst()
                .orElseThrow(() -> new BrokenModelException("the model's folder has none of " + USUAL + "; put one there", null));
        return new EncoderSource(folder, weights);
    }

    Path config() {
        return folder.resolve(CONFIG);
    }

    /** Opens the weights; the caller closes them. */
    WeightSource open() {
        Path file = folder.resolve(weights);
        return weights.endsWith(SAFETENSORS) ? SafetensorsFile.open(file, weights) : OnnxWeights.open(file, weights);
    }

    /** @param file relative to the folder */
    String sha256(String file) throws IOException {
        try (InputStream in = Files.newInputStream(folder.resolve(file))) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 18];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) digest.update(buffer, 0, read);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
