package io.semanticsearch.embedding.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.local.ImageModelFamily.Encoder;
import io.semanticsearch.embedding.local.ModelSettings.Module;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where a model that gives images a vector keeps its files. Those of transformers and of its ONNX exports lie in the folder itself;
 * sentence-transformers puts them where [modules.json] says its CLIPModel is, mostly [0_CLIPModel], and has no ONNX files of its own.
 *
 * @param preprocessor name of the file that says what is done to an image before the graph
 * @param images name of the graph for images
 * @param texts name of the graph for texts; empty where another model gives their vectors
 * @param tokenizer name of the tokenizer's file; there exactly when {@code texts} is
 */
record ImageModelLayout(ImageModelFamily family,
        String preprocessor,
        String images,
        Optional<String> texts,
        Optional<String> tokenizer) {

    private static final String CLIP_MODULE = "CLIPModel";
    private static final String PREPROCESSOR = "preprocessor_config.json";
    private static final String TOKENIZER = "tokenizer.json";
    private static final String ONNX = "onnx/";
    private static final String BOTH = ONNX + "model.onnx";

    ImageModelLayout {
        if (family.texts().isPresent() != texts.isPresent() || texts.isPresent() != tokenizer.isPresent()) {
            throw new IllegalArgumentException(
                    "[" + family + "] with texts " + texts + " and tokenizer " + tokenizer
                            + ", expected both or none, as its kind says");
        }
    }

    /** Finds the files; {@link EmbeddingException.BadRequest} when they are those of another kind of model, or missing. */
    static ImageModelLayout find(ModelFolder folder, ModelSettings settings) {
        Module place = place(folder, settings);
        JsonNode config = folder.json(place.file(ModelSettings.CONFIG))
                .orElseThrow(() -> folder.missing(place.file(ModelSettings.CONFIG)));
        ImageModelFamily family = ImageModelFamily.of(config).orElseThrow(() -> unsupported(folder, "it is of the type ["
                + config.path("model_type").asText() + "] and the architecture [" + config.path("architectures").path(0).asText()
                + "]"));
        Optional<Encoder> texts = family.texts();
        return new ImageModelLayout(family, present(folder, place.file(PREPROCESSOR)), graph(folder, place, family.images()),
                texts.map(encoder -> graph(folder, place, encoder)),
                texts.map(encoder -> present(folder, place.file(TOKENIZER))));
    }

    /** Checks the names that a graph declares; {@link EmbeddingException.BadRequest} when it is another one than its file's name says. */
    static void check(ModelFolder folder, String file, Encoder encoder, List<String> inputs, List<String> outputs) {
        if (encoder.fits(inputs, outputs)) return;
        throw new EmbeddingException.BadRequest("model [" + folder.model() + "]: graph [" + file + "] has the inputs " + inputs
                + " and the outputs " + outputs + ", expected the input [" + encoder.input() + "]"
                + encoder.optionalInput().map(name -> ", [" + name + "] at most besides,").orElse(" alone")
                + " and the output [" + encoder.output() + "]; export it that way");
    }

    private static Module place(ModelFolder folder, ModelSettings settings) {
        if (settings.modules().isEmpty()) return new Module("", "");
        List<String> types = settings.modules().stream().map(Module::type).toList();
        boolean clip = types.equals(List.of(CLIP_MODULE)) || types.equals(List.of(CLIP_MODULE, Module.NORMALIZE));
        if (clip) return settings.modules().getFirst();
        throw unsupported(folder, "[" + ModelSettings.MODULES + "] has the modules " + types);
    }

    private static String graph(ModelFolder folder, Module place, Encoder encoder) {
        String file = place.file(ONNX + encoder.name());
        // An export may be put into the folder of the module or beside it.
        for (String candidate : List.of(file, ONNX + encoder.name())) {
            if (folder.has(candidate)) return candidate;
        }
        if (!encoder.name().equals("model.onnx") && (folder.has(BOTH) || folder.has(place.file(BOTH)))) {
            throw new EmbeddingException.BadRequest(
                    "model [" + folder.model() + "] has one graph for images and texts together, ["
                            + BOTH + "], expected one for each: [" + file + "] is missing; export them separately");
        }
        throw folder.missing(file);
    }

    private static String present(ModelFolder folder, String file) {
        if (folder.has(file)) return file;
        throw folder.missing(file);
    }

    private static EmbeddingException.BadRequest unsupported(ModelFolder folder, String why) {
        return new EmbeddingException.BadRequest("model [" + folder.model() + "] is no known model of images: " + why
                + ", expected one of " + Arrays.toString(ImageModelFamily.values()) + "; choose such a model");
    }
}
