package io.semanticsearch.trainer;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a static model as Model2Vec lays it out, which sentence-transformers and the plugin read: weights, tokenizer and settings. */
final class ModelWriter {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectWriter INDENTED = JSON
            .writer(new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter(" ", "\n"))
                    .withArrayIndenter(new DefaultIndenter(" ", "\n")));
    private static final int MAX_TOKENS = 512;
    private static final int ALIGNMENT = 8;

    private final Path folder;
    private final WordPieces pieces;
    private final int[] sizes;

    /** @param sizes that vectors may be cut to, ascending; the last is the dimension */
    ModelWriter(Path folder, WordPieces pieces, int[] sizes) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.pieces = pieces;
        this.sizes = sizes.clone();
        settings();
        tokenizer();
    }

    /** Weights of four bytes a number, as trained. */
    void floats(float[] rows) throws IOException {
        ByteBuffer data = ByteBuffer.allocate(Math.multiplyExact(rows.length, Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        for (float x : rows) data.putFloat(x);
        ObjectNode header = header();
        tensor(header, "embeddings", "F32", 0, data.capacity(), pieces.size(), dimension());
        safetensors(header, data.array());
    }

    /** Weights of one byte a number. */
    void bytes(Int8Rows rows) throws IOException {
        int codes = rows.codes().length;
        ByteBuffer data = ByteBuffer.allocate(codes + rows.scales().length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.put(rows.codes());
        for (float scale : rows.scales()) data.putFloat(scale);
        ObjectNode header = header();
        tensor(header, "embeddings", "I8", 0, codes, pieces.size(), dimension());
        tensor(header, "scales", "F32", codes, data.capacity(), pieces.size());
        safetensors(header, data.array());
    }

    private int dimension() {
        return sizes[sizes.length - 1];
    }

    private ObjectNode header() {
        ObjectNode header = JSON.createObjectNode();
        header.putObject("__metadata__").put("format", "pt").put("model", folder.getFileName().toString());
        return header;
    }

    private static void tensor(ObjectNode header, String name, String type, int from, int to, int... shape) {
        ObjectNode tensor = header.putObject(name).put("dtype", type);
        ArrayNode sizes = tensor.putArray("shape");
        for (int size : shape) sizes.add(size);
        tensor.putArray("data_offsets").add(from).add(to);
    }

    /** https://github.com/huggingface/safetensors#format: length of the header, header, data; spaces after the header align the data. */
    private void safetensors(ObjectNode header, byte[] data) throws IOException {
        byte[] json = JSON.writeValueAsBytes(header);
        int length = (json.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        ByteBuffer file = ByteBuffer.allocate(Long.BYTES + length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(length).put(json);
        while (file.position() < Long.BYTES + length)
            file.put((byte) ' ');
        file.put(data);
        Files.write(folder.resolve("model.safetensors"), file.array());
    }

    private void tokenizer() throws IOException {
        ObjectNode file = JSON.createObjectNode().put("version", "1.0");
        file.putNull("truncation");
        file.putNull("padding");
        ArrayNode added = file.putArray("added_tokens");
        for (int id = 0; id < WordPieces.SPECIAL.size(); id++) {
            added.addObject().put("id", id).put("content", WordPieces.SPECIAL.get(id)).put("single_word", false)
                    .put("lstrip", false)
                    .put("rstrip", false).put("normalized", false).put("special", true);
        }
        file.putObject("normalizer").put("type", "BertNormalizer").put("clean_text", true).put("handle_chinese_chars", true)
                .putNull("strip_accents").put("lowercase", true);
        file.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
        file.putNull("post_processor");
        file.putObject("decoder").put("type", "WordPiece").put("prefix", WordPieces.CONTINUED).put("cleanup", true);
        ObjectNode model = file.putObject("model").put("type", "WordPiece")
                .put("unk_token", WordPieces.SPECIAL.get(WordPieces.UNKNOWN))
                .put("continuing_subword_prefix", WordPieces.CONTINUED).put("max_input_chars_per_word", WordPieces.LONGEST_WORD);
        ObjectNode vocabulary = model.putObject("vocab");
        for (int id = 0; id < pieces.size(); id++) vocabulary.put(pieces.tokens().get(id), id);
        Files.write(folder.resolve("tokenizer.json"), JSON.writeValueAsBytes(file));
    }

    private void settings() throws IOException {
        ObjectNode config = JSON.createObjectNode().put("model_type", "model2vec");
        config.putArray("architectures").add("StaticModel");
        config.put("hidden_size", dimension()).put("vocab_size", pieces.size()).put("normalize", true).put("hidden_dim",
                dimension());
        write("config.json", config);
        ObjectNode sentences = JSON.createObjectNode();
        sentences.putObject("prompts").put("query", "").put("document", "");
        sentences.putNull("default_prompt_name").put("similarity_fn_name", "cosine");
        ArrayNode cuts = sentences.putArray("matryoshka_dims");
        for (int i = sizes.length - 1; i >= 0; i--) cuts.add(sizes[i]);
        write("config_sentence_transformers.json", sentences);
        write("sentence_bert_config.json", JSON.createObjectNode().put("max_seq_length", MAX_TOKENS).put("do_lower_case", false));
        Files.createDirectories(folder.resolve("1_Pooling"));
        write("1_Pooling/config.json",
                JSON.createObjectNode().put("word_embedding_dimension", dimension()).put("pooling_mode_cls_token", false)
                        .put("pooling_mode_mean_tokens", true).put("pooling_mode_max_tokens", false)
                        .put("pooling_mode_mean_sqrt_len_tokens", false));
        ArrayNode modules = JSON.createArrayNode();
        module(modules, "", "sentence_transformers.models.Transformer");
        module(modules, "1_Pooling", "sentence_transformers.models.Pooling");
        module(modules, "2_Normalize", "sentence_transformers.models.Normalize");
        write("modules.json", modules);
    }

    private static void module(ArrayNode modules, String path, String type) {
        modules.addObject().put("idx", modules.size() - 1).put("name", Integer.toString(modules.size() - 1)).put("path", path)
                .put("type", type);
    }

    private void write(String file, Object json) throws IOException {
        Files.writeString(folder.resolve(file), INDENTED.writeValueAsString(json) + "\n", StandardCharsets.UTF_8);
    }
}
