package io.semanticsearch.onnx.proto;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An ONNX file that is open for reading; its numbers stay in the file and must not be used after {@link #close}. */
public final class OnnxFile implements AutoCloseable {

    private final Arena arena;
    private final ModelProto model;
    private final List<String> externalFiles = new ArrayList<>();

    private OnnxFile(Arena arena, Path file) throws IOException {
        this.arena = arena;
        ExternalFiles external = new ExternalFiles(file, arena);
        this.model = ModelProto.read(new ProtoReader(MappedFile.map(file, arena), "model"), external);
        external.names().forEach(externalFiles::add);
    }

    /**
     * Opens a file and those beside it that hold its tensors.
     *
     * @param name how messages call it
     */
    public static OnnxFile open(Path file, String name) {
        Arena arena = Arena.ofShared();
        boolean opened = false;
        try {
            OnnxFile onnx = new OnnxFile(arena, file);
            opened = true;
            return onnx;
        } catch (NoSuchFileException e) {
            throw new BrokenModelException("file [" + name + "] is missing", e);
        } catch (IOException e) {
            throw new BrokenModelException(
                    "file [" + name + "] is not a usable ONNX model: " + e.getMessage() + "; fetch it again", e);
        } finally {
            if (!opened) arena.close();
        }
    }

    public ModelProto model() {
        return model;
    }

    /** Names of the files beside it that it uses. */
    public List<String> externalFiles() {
        return List.copyOf(externalFiles);
    }

    @Override
    public void close() {
        arena.close();
    }
}
