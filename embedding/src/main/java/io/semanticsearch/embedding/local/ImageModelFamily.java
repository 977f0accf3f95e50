package io.semanticsearch.embedding.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Kinds of models that give images a vector, by what their published ONNX files take and give. Every vector still has to be brought to an
 * L2 norm of 1.
 */
enum ImageModelFamily {

    /** Images and texts, each projected into one space: https://github.com/huggingface/transformers.js, {@code scripts/extra/clip.py}. */
    CLIP("clip", Optional.empty(), Encoder.images("vision_model.onnx", "image_embeds", false),
            Optional.of(Encoder.texts("text_model.onnx", "text_embeds"))),

    /** Images and texts. Texts have to be filled up with padding to the greatest length, as in training; there may be no mask. */
    SIGLIP("siglip", Optional.empty(), Encoder.images("vision_model.onnx", "pooler_output", false),
            Optional.of(Encoder.texts("text_model.onnx", "pooler_output"))),

    /** Images in the space of nomic-embed-text of the same version, which is a model of its own; without that one's layer norm. */
    NOMIC_VISION("nomic_bert", Optional.of("NomicVisionModel"), Encoder.images("model.onnx", "last_hidden_state", true),
            Optional.empty());

    private final String modelType;
    private final Optional<String> architecture;
    private final Encoder images;
    private final Optional<Encoder> texts;

    /**
     * A graph.
     *
     * @param name of its file in the folder [onnx], in full precision
     * @param input the input that it cannot do without: float32 [batch, 3, height, width] or int64 [batch, sequence]
     * @param optionalInput an input that it may have, too
     * @param output float32 [batch, dimensions], or [batch, sequence, dimensions] where the first token is taken
     * @param firstToken whether the vector is that of the first token of the output
     */
    record Encoder(String name, String input, Optional<String> optionalInput, String output, boolean firstToken) {

        private static Encoder images(String name, String output, boolean firstToken) {
            return new Encoder(name, "pixel_values", Optional.empty(), output, firstToken);
        }

        private static Encoder texts(String name, String output) {
            return new Encoder(name, "input_ids", Optional.of("attention_mask"), output, false);
        }

        /** Whether a graph of these inputs and outputs is this one. */
        boolean fits(List<String> inputs, List<String> outputs) {
            return inputs.contains(input) && outputs.contains(output)
                    && inputs.stream().allMatch(name -> name.equals(input) || optionalInput.filter(name::equals).isPresent());
        }
    }

    ImageModelFamily(String modelType, Optional<String> architecture, Encoder images, Optional<Encoder> texts) {
        this.modelType = modelType;
        this.architecture = architecture;
        this.images = images;
        this.texts = texts;
    }

    /** The kind of model that a [config.json] describes, if it is one of these. */
    static Optional<ImageModelFamily> of(JsonNode config) {
        return Arrays.stream(values()).filter(family -> config.path("model_type").asText().equals(family.modelType))
                .filter(family -> family.architecture.isEmpty()
                        || config.path("architectures").path(0).asText().equals(family.architecture.get()))
                .findFirst();
    }

    Encoder images() {
        return images;
    }

    /** Empty where another model gives the vectors of texts. */
    Optional<Encoder> texts() {
        return texts;
    }
}
