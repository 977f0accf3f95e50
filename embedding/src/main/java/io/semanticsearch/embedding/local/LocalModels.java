package io.semanticsearch.embedding.local;

import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.embedding.ModelSource;
import io.semanticsearch.embedding.Space;
import io.semanticsearch.embedding.hub.HubModels;
import io.semanticsearch.embedding.hub.HubProgress;
import io.semanticsearch.embedding.hub.HubReference;
import io.semanticsearch.onnx.safetensors.Safetensors;
import io.semanticsearch.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Opens local models: those that come with the code and those in the models folder. Safe for many threads; what it opens is closed by
 * whoever asked for it.
 */
public final class LocalModels {

    private static final int DEFAULT_MAX_TOKENS = 512;
    // A class path cannot be listed, so each built-in model names its files.
    private static final Map<ModelSource, List<String>> BUILT_INS = Map.of(new ModelSource.BuiltIn("english-small"),
            List.of("modules.json", "config.json", "sentence_bert_config.json", "config_sentence_transformers.json",
                    "1_Pooling/config.json",
                    "tokenizer.json", "model.safetensors", "README.md"));

    private final Optional<Path> modelsFolder;
    private final Optional<Transformers> transformers;
    private final Optional<HubModels> hub;
    private final KnownRevisions revisions = new KnownRevisions();

    /**
     * For models of all kinds.
     *
     * @param modelsFolder where the folders of models are, or null where there is no such place; it need not exist yet
     * @param hub where named models come from; the caller closes it
     */
    public LocalModels(Path modelsFolder, Transformers transformers, HubModels hub) {
        this(Optional.ofNullable(modelsFolder), Optional.of(transformers), Optional.of(hub));
    }

    /**
     * For models that are here already.
     *
     * @param modelsFolder where the folders of models are, or null where there is no such place; it need not exist yet
     */
    public LocalModels(Path modelsFolder, Transformers transformers) {
        this(Optional.ofNullable(modelsFolder), Optional.of(transformers), Optional.empty());
    }

    /**
     * For static models only, which need no native code.
     *
     * @param modelsFolder where the folders of models are, or null where there is no such place; it need not exist yet
     */
    public LocalModels(Path modelsFolder) {
        this(Optional.ofNullable(modelsFolder), Optional.empty(), Optional.empty());
    }

    private LocalModels(Optional<Path> modelsFolder, Optional<Transformers> transformers, Optional<HubModels> hub) {
        this.modelsFolder = modelsFolder;
        this.transformers = transformers;
        this.hub = hub;
    }

    /** Whether the files of a model are here, so that {@link #open} fetches nothing. */
    public boolean isHere(LocalModel definition) {
        return !(definition.source() instanceof ModelSource.Hub source)
                || hub.isEmpty() || hub.get().find(reference(source, definition)).isPresent();
    }

    /**
     * Fetches the files of a model if they are not here; takes as long as that takes.
     *
     * @param cancel ends the fetch when it completes
     * @throws EmbeddingException as {@link HubModels#fetch} does
     */
    public void fetch(LocalModel definition, CompletableFuture<?> cancel) {
        if (definition.source() instanceof ModelSource.Hub source) hub().fetch(reference(source, definition), cancel);
    }

    /** How far the fetch of a model's files is; empty when they are not being fetched. */
    public Optional<HubProgress> fetching(LocalModel definition) {
        return definition.source() instanceof ModelSource.Hub source
                ? hub.flatMap(models -> models.progress(reference(source, definition)))
                : Optional.empty();
    }

    private HubModels hub() {
        return hub.orElseThrow(() -> new EmbeddingException.BadRequest("no models are fetched here, expected one of "
                + builtIns() + " or a folder"));
    }

    private static HubReference reference(ModelSource.Hub source, LocalModel definition) {
        return new HubReference(source.repository(), source.revision().orElse(HubReference.DEFAULT_REVISION),
                definition.execution().file().filter(file -> file.endsWith(".onnx")));
    }

    /** The models that need no files, as definitions name them: {@code built-in:…}. */
    public static List<String> builtIns() {
        return BUILT_INS.keySet().stream().map(ModelSource::reference).sorted().toList();
    }

    /**
     * Reads a model; takes as long as its files take to be read and hashed.
     *
     * @throws EmbeddingException.BadRequest when there is no such model, it is of another kind, or the definition does not fit it
     * @throws EmbeddingException.BrokenModel when its files are damaged
     */
    public EmbeddingFunction open(LocalModel definition) {
        ModelFolder folder = folder(definition);
        ModelSettings settings = ModelSettings.read(folder);
        if (isImageModel(folder, settings)) {
            return transformers.orElseThrow().openImageModel(definition, folder, settings, revisions);
        }
        if (isTransformer(definition, settings)) {
            return transformers.orElseThrow().open(definition, folder, settings, revisions);
        }
        StaticLayout layout = StaticLayout.find(folder, settings);
        Safetensors file = folder.safetensors(layout.weights());
        boolean opened = false;
        try {
            EmbeddingFunction function = open(definition, folder, settings, layout, file);
            opened = true;
            return function;
        } finally {
            if (!opened) file.close();
        }
    }

    /**
     * Bytes of the files with a model's weights: about what the model will take in memory, told without loading it.
     *
     * @throws EmbeddingException.BadRequest when there is no such model or it is of another kind
     * @throws EmbeddingException.BrokenModel when its files cannot be read
     */
    public long bytesOnDisk(LocalModel definition) {
        ModelFolder folder = folder(definition);
        ModelSettings settings = ModelSettings.read(folder);
        if (isImageModel(folder, settings)) return bytes(folder, ImageModelLayout.find(folder, settings).weights(folder));
        return bytes(folder, List.of(isTransformer(definition, settings)
                ? TransformerLayout.find(folder, settings, definition.execution()).weights()
                : StaticLayout.find(folder, settings).weights()));
    }

    /** Bytes of files of a model together. */
    static long bytes(ModelFolder folder, List<String> files) {
        long bytes = 0;
        for (String file : files) {
            try {
                bytes += folder.size(file);
            } catch (IOException e) {
                throw folder.broken(file, "cannot be read: " + e.getMessage(), e);
            }
        }
        return bytes;
    }

    /** Where there is no place to run one, its folder is refused as that of no static model. */
    private boolean isImageModel(ModelFolder folder, ModelSettings settings) {
        return transformers.isPresent() && ImageModelLayout.describes(folder, settings);
    }

    /** Where there is no place to run one, its folder is refused as that of no static model. */
    private boolean isTransformer(LocalModel definition, ModelSettings settings) {
        return transformers.isPresent() && TransformerLayout.describes(settings, definition.execution());
    }

    private EmbeddingFunction open(LocalModel definition,
            ModelFolder folder,
            ModelSettings settings,
            StaticLayout layout,
            Safetensors file) {
        StaticWeights weights = StaticWeights.read(folder, layout.weights(), file)
                .orElseThrow(() -> StaticLayout.notStatic(folder, settings,
                        "[" + layout.weights() + "] has the tensors " + file.names().stream().limit(10).toList()));
        if (!settings.pooling().equals(List.of(ModelSettings.MEAN))) {
            throw StaticLayout.notStatic(folder, settings, "[" + settings.poolingFile() + "] pools by " + settings.pooling());
        }
        Tokenizer tokenizer = folder.tokenizer(layout.tokenizer());
        if (tokenizer.vocabularySize() > weights.tokens()) {
            throw folder.broken(layout.weights(),
                    "knows [" + weights.tokens() + "] tokens, expected the [" + tokenizer.vocabularySize()
                            + "] of [" + layout.tokenizer() + "]; the two files belong to different models",
                    null);
        }
        int dimension = dimension(definition, settings, weights.dimension());
        Space space = new Space(definition.provider(), definition.source().withoutRevision(),
                revisions.of(folder, List.of(layout.weights(), layout.tokenizer(), settings.poolingFile(), ModelSettings.MODULES,
                        ModelSettings.LENGTH_CONFIG)),
                settings.prompts(), ModelSettings.MEAN, dimension);
        // It has no positions, so there is no number that it cannot read.
        int maxTokens = definition.execution().maxTokens().orElse(settings.maxTokens().orElse(DEFAULT_MAX_TOKENS));
        return new StaticModel(space, tokenizer, file, weights, maxTokens, definition.longText());
    }

    private ModelFolder folder(LocalModel definition) {
        ModelSource source = definition.source();
        return switch (source) {
            case ModelSource.BuiltIn builtIn -> {
                List<String> files = BUILT_INS.get(builtIn);
                if (files == null) {
                    throw new EmbeddingException.BadRequest(
                            "model [" + source.reference() + "] does not come with this version, expected one of " + builtIns());
                }
                yield new ResourceFolder(source.reference(), builtIn.name(), files);
            }
            case ModelSource.Folder named -> DirectoryFolder.find(source.reference(),
                    modelsFolder.orElseThrow(() -> new EmbeddingException.BadRequest("model [" + source.reference()
                            + "] cannot be read: this node has no models folder, expected one of " + builtIns())),
                    named.path());
            case ModelSource.Hub named -> DirectoryFolder.of(source.reference(),
                    hub().fetch(reference(named, definition), new CompletableFuture<>()).folder());
        };
    }

    /** @param width numbers of the model's own vectors */
    static int dimension(LocalModel definition, ModelSettings settings, int width) {
        int dimension = definition.dimensions().orElse(width);
        if (dimension <= width) return dimension;
        String trained = settings.matryoshka().isEmpty() ? "" : "; it was trained to be cut to one of " + settings.matryoshka();
        throw new EmbeddingException.BadRequest("[dimensions] is [" + dimension + "], expected 1 to [" + width + "] for model ["
                + definition.model() + "]" + trained);
    }
}
