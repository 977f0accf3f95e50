package io.semanticsearch.embedding.local;

import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.onnx.OnnxLog;
import io.semanticsearch.onnx.OnnxRuntime;
import io.semanticsearch.onnx.OnnxUnavailableException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/** Opens transformers on this machine, by ONNX Runtime, whose library is opened with the first of them. Safe for many threads. */
public final class Transformers {

    private final Path natives;
    private final Optional<Path> library;
    private final OnnxLog log;
    private final CompiledGraphs compiled;
    private final LoneQueries loneQueries;

    /**
     * Opens nothing yet.
     *
     * @param natives folder with the libraries that the build made, one folder a platform
     * @param library another build of ONNX Runtime to use in their place, such as one for graphics processors
     * @param cache where compiled graphs are kept; made when first needed
     */
    public Transformers(Path natives, Optional<Path> library, Path cache, OnnxLog log, LoneQueries loneQueries) {
        this.natives = Objects.requireNonNull(natives, "natives");
        this.library = Objects.requireNonNull(library, "library");
        this.log = Objects.requireNonNull(log, "log");
        this.compiled = new CompiledGraphs(cache);
        this.loneQueries = Objects.requireNonNull(loneQueries, "loneQueries");
    }

    /** The model in a folder that {@link TransformerLayout#describes} one. */
    EmbeddingFunction open(LocalModel definition, ModelFolder folder, ModelSettings settings, KnownRevisions revisions) {
        TransformerFiles files = TransformerFiles.read(definition, folder, settings, revisions);
        return new TransformerOpening(definition, settings, files, runtime(definition), compiled, loneQueries).open();
    }

    /** The model in a folder that {@link ImageModelLayout#describes} one. */
    EmbeddingFunction openImageModel(LocalModel definition,
            ModelFolder folder,
            ModelSettings settings,
            KnownRevisions revisions) {
        return new ImageModelOpening(definition, folder, settings, runtime(definition), revisions).open();
    }

    private OnnxRuntime runtime(LocalModel definition) {
        try {
            return library.isPresent() ? OnnxRuntime.openLibrary(library.get(), log) : OnnxRuntime.open(natives, log);
        } catch (OnnxUnavailableException e) {
            throw new EmbeddingException.Unavailable("model [" + definition.model() + "] is a transformer and cannot run on this"
                    + " node: " + e.getMessage() + "; static models such as " + LocalModels.builtIns() + " run everywhere", e);
        }
    }
}
