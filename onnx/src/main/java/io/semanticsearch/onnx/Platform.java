package io.semanticsearch.onnx;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Operating system and processor.
 *
 * @param name as the folders of the libraries are named: {@code linux-x64}
 */
record Platform(String name) {

    static Platform current() {
        return of(System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    /**
     * From the names that Java gives them.
     *
     * @param system such as {@code Mac OS X}
     * @param processor such as {@code amd64}
     */
    static Platform of(String system, String processor) {
        String lower = system.toLowerCase(Locale.ROOT);
        String os = lower.startsWith("windows") ? "win" : lower.startsWith("mac") ? "osx" : lower;
        String cpu = switch (processor.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64" -> "x64";
            case "arm64" -> "aarch64";
            default -> processor.toLowerCase(Locale.ROOT);
        };
        return new Platform(os + "-" + cpu);
    }

    /** A path as ONNX Runtime takes it, {@code const ORTCHAR_T*}: of 16-bit characters on Windows. */
    MemorySegment path(Arena arena, Path path) {
        return arena.allocateFrom(path.toString(), name.startsWith("win-") ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_8);
    }
}
