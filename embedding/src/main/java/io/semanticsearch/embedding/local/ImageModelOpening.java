package io.semanticsearch.embedding.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.embedding.Space;
import io.semanticsearch.embedding.image.ImagePreprocessor;
import io.semanticsearch.embedding.local.ImageModelFamily.Encoder;
import io.semanticsearch.onnx.Cancellation;
import io.semanticsearch.onnx.OnnxRuntime;
import io.semanticsearch.onnx.OnnxSession;
import io.semanticsearch.onnx.SessionOptions;
import io.semanticsearch.onnx.TensorInfo;
import io.semanticsearch.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** One model of texts and images while it is opened: on which device, and that its two graphs belong together. */
final class ImageModelOpening {

    private static final int PASS_TOKENS = 512;
    private static final String OF_THE_GRAPH = "graph";

    private final LocalModel definition;
    private final ModelSettings settings;
    private final ModelFolder folder;
    private final OnnxRuntime runtime;
    private final ImageModelLayout layout;
    private final Encoder texts;
    private final String textGraph;
    private final Tokenizer tokenizer;
    private final JsonNode config;
    private final int padding;
    private final List<String> weights;
    private final String revision;

    /** Reads all but the weights, which are only hashed. */
    ImageModelOpening(LocalModel definition,
            ModelFolder folder,
            ModelSettings settings,
            OnnxRuntime runtime,
            KnownRevisions revisions) {
        this.definition = definition;
        this.settings = settings;
        this.folder = folder;
        this.runtime = runtime;
        this.layout = ImageModelLayout.find(folder, settings);
        if (definition.execution().file().isPresent()) {
            throw new EmbeddingException.BadRequest("model [" + definition.model() + "] is defined with [file] of ["
                    + definition.execution().file().get() + "], expected none: it runs [" + layout.images() + "] and "
                    + layout.texts());
        }
        if (definition.execution().maxTokens().isPresent()) {
            throw new EmbeddingException.BadRequest("model [" + definition.model() + "] is defined with [max_tokens] of ["
                    + definition.execution().maxTokens().getAsInt() + "], expected none: its graph of texts has one length");
        }
        this.texts = layout.family().texts().orElseThrow(() -> new EmbeddingException.BadRequest("model [" + definition.model()
                + "] gives vectors to images only; its texts belong to another model, and no field can tell that the two share a"
                + " space. Choose a model with both, of the kind " + ImageModelFamily.CLIP + " or " + ImageModelFamily.SIGLIP));
        this.textGraph = layout.texts().orElseThrow();
        this.tokenizer = folder.tokenizer(layout.tokenizer().orElseThrow());
        this.config = folder.json(layout.config()).orElseThrow(() -> folder.missing(layout.config())).path("text_config");
        this.padding = padding();
        checkVocabulary();
        // A graph that names a file elsewhere is refused here, before anything opens it.
        this.weights = layout.weights(folder);
        this.revision = revision(revisions);
    }

    EmbeddingFunction open() {
        return new DevicePlacement(definition.model(), runtime).open(definition.execution().device(),
                notes -> open(SessionOptions.DEFAULT, "cpu", PASS_TOKENS, notes),
                options -> open(options, "gpu:" + definition.execution().device().number(), PreparedGraph.GPU_PASS, List.of()));
    }

    private EmbeddingFunction open(SessionOptions options, String device, int passTokens, List<String> notes) {
        ImagePreprocessor preprocessor = preprocessor();
        ImageEncoder images = images(options, preprocessor);
        EncoderSession session = null;
        EmbeddingFunction opened = null;
        try {
            session = EncoderSession.openPooled(definition.model(), runtime, path(textGraph), options, texts.output(), padding);
            int maxTokens = maxTokens();
            List<String> all = new ArrayList<>(notes);
            all.add("reads images, too, resized to [" + preprocessor.width() + "] x [" + preprocessor.height()
                    + "] pixels; runs the graphs that came with it as they are");
            PreparedGraph graph = new PreparedGraph(path(textGraph), PreparedGraph.ORIGINAL, device,
                    LocalModels.bytes(folder, weights), passTokens, OptionalInt.of(maxTokens), all);
            TransformerModel text = new TransformerModel(space(images, session, maxTokens), tokenizer, graph, session, List.of(),
                    maxTokens, false, definition.longText());
            opened = new ImageTextModel(text, images,
                    new ImageTextModel.FillUp(layout.family().fillsUp() ? maxTokens : 0, padding));
            return opened;
        } finally {
            if (opened == null) {
                images.close();
                if (session != null) session.close();
            }
        }
    }

    /** Runs both graphs once, which shows that they work and belong together. */
    private Space space(ImageEncoder images, EncoderSession session, int maxTokens) {
        int[] probe = tokenizer.encode(ProbeTexts.ALL.getFirst(), maxTokens).ids();
        int width = session.run(List.of(probe), new Cancellation(), false).getFirst().length;
        int ofImages = images.run(List.of(images.blank())).getFirst().length;
        if (width != ofImages) {
            throw new EmbeddingException.BrokenModel("model [" + definition.model() + "]: [" + layout.images() + "] gives ["
                    + ofImages + "] numbers, [" + textGraph + "] gives [" + width
                    + "], expected as many of both; the two files belong to different models");
        }
        return new Space(definition.provider(), definition.source().withoutRevision(), revision, settings.prompts(), OF_THE_GRAPH,
                LocalModels.dimension(definition, settings, width));
    }

    private ImageEncoder images(SessionOptions options, ImagePreprocessor preprocessor) {
        OnnxSession session = EncoderSession.session(definition.model(), runtime, path(layout.images()), options);
        boolean fits = false;
        try {
            Encoder encoder = layout.family().images();
            ImageModelLayout.check(folder, layout.images(), encoder, session.inputs().stream().map(TensorInfo::name).toList(),
                    session.outputs().stream().map(TensorInfo::name).toList());
            fits = true;
            return new ImageEncoder(definition.model(), session, encoder, preprocessor);
        } finally {
            if (!fits) session.close();
        }
    }

    private ImagePreprocessor preprocessor() {
        try (InputStream in = folder.open(layout.preprocessor())) {
            return ImagePreprocessor.read(in);
        } catch (IOException e) {
            throw folder.broken(layout.preprocessor(), "cannot be read: " + e.getMessage(), e);
        }
    }

    private String revision(KnownRevisions revisions) {
        List<String> small = List.of(layout.config(), layout.preprocessor(), layout.tokenizer().orElseThrow(),
                ModelSettings.MODULES);
        return revisions.of(folder, Stream.concat(small.stream(), weights.stream()).toList());
    }

    private int maxTokens() {
        int maxTokens = config.path("max_position_embeddings").asInt(layout.family().maxTokens());
        int added = tokenizer.specialTokenCount();
        if (maxTokens > added) return maxTokens;
        throw folder.broken(layout.config(), "says that texts have at most [" + maxTokens + "] tokens, expected more than the ["
                + added + "] that its tokenizer adds", null);
    }

    /** By the tokenizer's own file, or by those that transformers keeps beside it. */
    private int padding() {
        if (tokenizer.paddingId().isPresent()) return tokenizer.paddingId().getAsInt();
        String file = layout.tokenizer().orElseThrow().replace("tokenizer.json", "tokenizer_config.json");
        JsonNode token = folder.json(file).map(json -> json.path("pad_token")).orElse(MissingNode.getInstance());
        String content = token.isObject() ? token.path("content").asText() : token.asText();
        return tokenizer.id(content).orElse(config.path("pad_token_id").asInt(0));
    }

    private void checkVocabulary() {
        JsonNode rows = config.path("vocab_size");
        if (rows.isInt() && tokenizer.vocabularySize() > rows.intValue()) {
            throw folder.broken(layout.tokenizer().orElseThrow(), "knows [" + tokenizer.vocabularySize()
                    + "] tokens, expected at most the [" + rows.intValue() + "] of [" + layout.config()
                    + "]; the two files belong to different models", null);
        }
    }

    private Path path(String file) {
        return folder.path(file).orElseThrow(() -> new EmbeddingException.BadRequest(
                "model [" + definition.model() + "] runs graphs, which must lie in a folder on disk"));
    }
}
