package io.semanticsearch.onnx.graph;

import io.semanticsearch.onnx.proto.AttributeProto;
import io.semanticsearch.onnx.proto.ElementType;
import io.semanticsearch.onnx.proto.GraphProto;
import io.semanticsearch.onnx.proto.ModelProto;
import io.semanticsearch.onnx.proto.OnnxWriter;
import io.semanticsearch.onnx.proto.OperatorSetIdProto;
import io.semanticsearch.onnx.proto.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;

/**
 * Writes the folder of a model of texts and images that knows colours: an image is the mean of each of its colours, a text the mean of its
 * words' colours, and both are projected by the same weights, so that [red] lies where a red image does. Words that are no colours count
 * nothing, and neither do special tokens.
 */
public enum ColourModel {
    /** Padding counts nothing. */
    CLIP("clip", "image_embeds", "text_embeds", 0),
    /** Padding is of its own colour, as far as it goes. */
    SIGLIP("siglip", "pooler_output", "pooler_output", 0.01f);

    /** Numbers in a vector. */
    public static final int DIMENSION = 4;

    /** Tokens of a text at most. */
    public static final int MAX_TOKENS = 12;

    // Orthogonal, so that as many colours as there are axes are told apart; the last axis is that of padding.
    private static final float[] RED = {0.5f, 0.5f, 0.5f, 0.5f};
    private static final float[] GREEN = {0.5f, -0.5f, 0.5f, -0.5f};
    private static final float[] BLUE = {0.5f, 0.5f, -0.5f, -0.5f};
    private static final float[] PADDING = {0.5f, -0.5f, -0.5f, 0.5f};
    private static final int WORDS = 10;
    private static final String TOKENIZER = """
            {"added_tokens": [], "normalizer": null, "pre_tokenizer": {"type": "WhitespaceSplit"},
             "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
             "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
             "max_input_chars_per_word": 100, "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3,
             "red": 4, "green": 5, "blue": 6, "a": 7, "square": 8, "picture": 9}}}""";

    private final String type;
    private final String imageOutput;
    private final String textOutput;
    private final float padding;

    ColourModel(String type, String imageOutput, String textOutput, float padding) {
        this.type = type;
        this.imageOutput = imageOutput;
        this.textOutput = textOutput;
        this.padding = padding;
    }

    /** What the padding of a text adds to each of its tokens' sum, as a share of a colour. */
    public float padding() {
        return padding;
    }

    /** Writes it into a folder, which is made if need be. */
    public Path write(Path folder) throws IOException {
        Files.createDirectories(folder.resolve("onnx"));
        Files.writeString(folder.resolve("config.json"), """
                {"model_type": "%s", "text_config": {"max_position_embeddings": %s, "vocab_size": %s, "pad_token_id": 0}}"""
                .formatted(type, MAX_TOKENS, WORDS));
        Files.writeString(folder.resolve("preprocessor_config.json"), """
                {"image_processor_type": "%s", "do_resize": true, "size": {"height": 8, "width": 8}, "do_center_crop": false,
                 "resample": 3, "do_rescale": true, "do_normalize": true, "image_mean": [0, 0, 0], "image_std": [1, 1, 1]}"""
                .formatted(this == CLIP ? "CLIPImageProcessor" : "SiglipImageProcessor"));
        Files.writeString(folder.resolve("tokenizer.json"), TOKENIZER);
        write(images(), folder.resolve("onnx/vision_model.onnx"));
        write(texts(), folder.resolve("onnx/text_model.onnx"));
        return folder;
    }

    private static void write(GraphProto graph, Path file) throws IOException {
        OnnxWriter.write(new ModelProto(8, List.of(new OperatorSetIdProto("", 17)), graph, new TreeMap<>()), file);
    }

    private GraphProto images() {
        GraphBuilder graph = new GraphBuilder();
        graph.input(ValueInfoProto.of("pixel_values", ElementType.FLOAT, "batch", "3", "height", "width"));
        String means = graph.onnx("/Flatten", "Flatten",
                List.of(graph.onnx("/Pool", "GlobalAveragePool", List.of("pixel_values"))));
        String weights = graph.floats("projection", List.of(3L, (long) DIMENSION), rows(RED, GREEN, BLUE));
        graph.onnx(imageOutput, "MatMul", List.of(means, weights));
        graph.output(ValueInfoProto.of(imageOutput, ElementType.FLOAT, "batch", Integer.toString(DIMENSION)));
        return graph.build("images");
    }

    private GraphProto texts() {
        GraphBuilder graph = new GraphBuilder();
        graph.input(ValueInfoProto.of("input_ids", ElementType.INT64, "batch", "sequence"));
        float[] none = new float[DIMENSION];
        float[] ofPadding = PADDING.clone();
        for (int i = 0; i < DIMENSION; i++) ofPadding[i] *= padding;
        String table = graph.floats("words", List.of((long) WORDS, (long) DIMENSION),
                rows(ofPadding, none, none, none, RED, GREEN, BLUE, none, none, none));
        String tokens = graph.onnx("/Gather", "Gather", List.of(table, "input_ids"));
        // As exporters do: what was not pooled is there, too, and is not to be used.
        graph.onnx("last_hidden_state", "Identity", List.of(tokens));
        graph.onnx(textOutput, "ReduceMean", List.of(tokens), AttributeProto.of("axes", List.of(1L)),
                AttributeProto.of("keepdims", 0));
        graph.output(
                ValueInfoProto.of("last_hidden_state", ElementType.FLOAT, "batch", "sequence", Integer.toString(DIMENSION)));
        graph.output(ValueInfoProto.of(textOutput, ElementType.FLOAT, "batch", Integer.toString(DIMENSION)));
        return graph.build("texts");
    }

    private static float[] rows(float[]... rows) {
        float[] all = new float[rows.length * DIMENSION];
        for (int r = 0; r < rows.length; r++) System.arraycopy(rows[r], 0, all, r * DIMENSION, DIMENSION);
        return all;
    }
}
