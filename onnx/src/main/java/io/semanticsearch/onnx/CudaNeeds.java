package io.semanticsearch.onnx;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What a build of ONNX Runtime with CUDA needs, beside the library itself, to run models on a graphics processor: its providers, which it
 * loads from its own folder when the first model asks for them, the libraries that these name, the driver, a processor. Looked for on
 * Linux; elsewhere ONNX Runtime itself says what it misses. Safe for many threads.
 */
final class CudaNeeds {

    private static final String CUDA_PROVIDER = "libonnxruntime_providers_cuda.so";
    private static final List<String> PROVIDERS = List.of("libonnxruntime_providers_shared.so", CUDA_PROVIDER);

    private final Path folder;
    private final Map<String, String> hashes;
    private boolean checked;

    /**
     * Looks at nothing yet.
     *
     * @param library of ONNX Runtime
     * @param hashes the SHA-256 that a file beside it must have, by its name; those of other files are not looked at
     */
    CudaNeeds(Path library, Map<String, String> hashes) {
        this.folder = library.toAbsolutePath().getParent();
        this.hashes = Map.copyOf(hashes);
    }

    /**
     * What is missing, a phrase each; none where all is there, as far as can be seen.
     *
     * @param device number of the processor, from 0
     */
    List<String> missing(int device) {
        if (!Platform.current().name().startsWith("linux-")) return List.of();
        List<String> missing = missingProviders();
        if (!missing.isEmpty()) return missing;
        missing = missingLibraries();
        if (missing.isEmpty()) missing = missingDevice(device);
        return missing;
    }

    /** Files that were right once are not read again: they have 600 MB. */
    private synchronized List<String> missingProviders() {
        List<String> missing = new ArrayList<>();
        for (String name : PROVIDERS) {
            Path file = folder.resolve(name);
            if (!Files.isRegularFile(file)) {
                missing.add("the library [" + file + "]");
            } else if (!checked && hashes.containsKey(name)) {
                String found = NativeLibrary.sha256(file);
                if (!found.equals(hashes.get(name))) {
                    missing.add("the right library [" + file + "], which was changed or damaged: its SHA-256 is [" + found
                            + "], expected [" + hashes.get(name) + "]; install the plugin again");
                }
            }
        }
        checked = missing.isEmpty();
        return missing;
    }

    private List<String> missingLibraries() {
        TreeSet<String> names = new TreeSet<>();
        try {
            for (String name : NeededLibraries.of(folder.resolve(CUDA_PROVIDER))) {
                if (!Files.exists(folder.resolve(name)) && !isFound(name)) names.add(name);
            }
        } catch (IOException e) {
            return List.of("a library [" + folder.resolve(CUDA_PROVIDER) + "] that can be read: " + e.getMessage());
        }
        List<String> missing = new ArrayList<>();
        if (names.remove(CudaDriver.LIBRARY)) missing.add("the driver of NVIDIA [" + CudaDriver.LIBRARY + "]");
        if (!names.isEmpty()) missing.add("the libraries of CUDA " + names);
        return missing;
    }

    /** What is found stays loaded, since ONNX Runtime is about to load it. */
    @SuppressWarnings("restricted")
    private static boolean isFound(String name) {
        try {
            SymbolLookup.libraryLookup(name, Arena.global());
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static List<String> missingDevice(int device) {
        try {
            int devices = CudaDriver.devices();
            return device < devices
                    ? List.of()
                    : List.of("a graphics processor with the number [" + device + "]: the driver knows [" + devices
                            + "], counted from 0");
        } catch (OnnxUnavailableException e) {
            return List.of("a graphics processor that can be used: " + e.getMessage());
        }
    }
}
