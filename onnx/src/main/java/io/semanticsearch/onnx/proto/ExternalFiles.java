package io.semanticsearch.onnx.proto;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The files beside an ONNX file that hold its large tensors, mapped when first asked for. Only files of the same directory are opened,
 * whatever the ONNX file or a link says.
 */
final class ExternalFiles {

    private static final int MAX_FILES = 100;

    private final Path model;
    private final Arena arena;
    private final Map<String, MemorySegment> mapped = new TreeMap<>();

    /** @param arena what the mapped files live as long as */
    ExternalFiles(Path model, Arena arena) {
        this.model = model;
        this.arena = arena;
    }

    /** The names of the files used so far. */
    Iterable<String> names() {
        return mapped.keySet();
    }

    /**
     * The numbers of a tensor.
     *
     * @param entries the tensor's external_data
     * @param expected bytes that its shape asks for
     */
    MemorySegment slice(String tensor, Map<String, String> entries, long expected) throws IOException {
        MemorySegment file = find(tensor, entries);
        String location = entries.get("location");
        long offset = number(entries, "offset", 0, tensor);
        long length = number(entries, "length", expected, tensor);
        if (length != expected || offset < 0 || offset > file.byteSize() || length > file.byteSize() - offset) {
            throw new IOException(
                    "tensor [" + tensor + "] needs [" + expected + "] bytes and claims [" + length + "] from [" + offset
                            + "] of file [" + location + "], which has [" + file.byteSize() + "]");
        }
        return file.asSlice(offset, length);
    }

    /** The file that a tensor lies in. */
    MemorySegment find(String tensor, Map<String, String> entries) throws IOException {
        String location = entries.getOrDefault("location", "");
        MemorySegment file = mapped.get(location);
        if (file == null) {
            if (mapped.size() == MAX_FILES) throw new IOException("its tensors lie in more than [" + MAX_FILES + "] files");
            file = map(location, tensor);
            mapped.put(location, file);
        }
        return file;
    }

    private MemorySegment map(String location, String tensor) throws IOException {
        String where = "tensor [" + tensor + "] lies in file [" + location + "]";
        try {
            Path name = Path.of(location);
            if (location.isEmpty() || name.isAbsolute() || name.getNameCount() != 1 || name.getFileName().toString().equals("..")
                    || name.getFileName().toString().equals(".")) {
                throw new IOException(where + ", expected the name of one in the same directory");
            }
            Path file = model.resolveSibling(name).toRealPath();
            if (!file.getParent().equals(model.toRealPath().getParent())) {
                throw new IOException(where + ", which links out of the directory");
            }
            return MappedFile.map(file, arena);
        } catch (InvalidPathException e) {
            throw new IOException(where + ", which is no name of a file", e);
        } catch (NoSuchFileException e) {
            throw new IOException(where + ", which is missing; put it beside the model", e);
        }
    }

    private static long number(Map<String, String> entries, String key, long absent, String tensor) throws IOException {
        String value = entries.get(key);
        if (value == null) return absent;
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IOException("tensor [" + tensor + "] has the " + key + " [" + value + "], expected a number", e);
        }
    }
}
