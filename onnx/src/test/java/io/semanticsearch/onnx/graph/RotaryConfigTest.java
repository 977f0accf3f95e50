package io.semanticsearch.onnx.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.semanticsearch.onnx.graph.RotaryConfig.Activation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What config.json of nomic-bert and ModernBERT says, and the reasons why such a model keeps its own graph. */
class RotaryConfigTest {

    private static final RotaryAttention GLOBAL = new RotaryAttention(160_000, RotaryAttention.ALL);
    private static final RotaryAttention LOCAL = new RotaryAttention(10_000, 64);

    @TempDir
    private Path temp;

    @Test
    void nomic_bert_has_the_keys_of_gpt_2() throws Exception {
        assertEquals(
                new RotaryConfig(Architecture.NOMIC_BERT, 768, 12, 3072, 1e-12f, 8192, Activation.SILU, true,
                        Collections.nCopies(12, new RotaryAttention(1000, RotaryAttention.ALL))),
                read(nomic("")));
    }

    @Test
    void nomic_bert_rounds_the_width_of_its_feed_forward_layers_up() throws Exception {
        assertEquals(2304, read(nomic("\"n_inner\": 2049")).intermediate());
    }

    @Test
    void a_nomic_bert_that_scales_its_positions_reads_as_many_tokens_as_it_was_trained_with() throws Exception {
        assertEquals(2048, read(nomic("\"rotary_scaling_factor\": 2")).maxTokens());
        assertEquals(512, read(nomic("\"rotary_scaling_factor\": 2.0, \"max_trained_positions\": 512")).maxTokens());
        assertEquals(300, read(nomic("\"rotary_scaling_factor\": 2, \"n_positions\": 300")).maxTokens());
    }

    @Test
    void nomic_bert_may_have_no_types_of_tokens() throws Exception {
        assertEquals(false, read(nomic("\"type_vocab_size\": 0")).tokenTypes());
    }

    @Test
    void nomic_bert_saved_by_transformers_has_the_keys_of_bert() throws Exception {
        RotaryConfig older = read(nomic("\"n_positions\": 2048"));
        assertEquals(older, read(newerNomic("")));
        assertEquals(new RotaryAttention(10_000, RotaryAttention.ALL),
                read(newerNomic("\"rope_parameters\": null")).attentions().getFirst());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "hidden_act": "gelu" | [hidden_act] is [gelu], expected [silu]
            "hidden_act": null | [hidden_act] is [gelu], expected [silu]
            "attention_bias": true | [attention_bias] is set: its attention has biases
            "num_key_value_heads": 4 | [num_key_value_heads] is [4], expected [12]
            "head_dim": 32 | [head_dim] is [32], expected [64]
            "rope_parameters": {"rope_type": "dynamic", "factor": 2} | [rope_type] is [dynamic], expected [default]
            "auto_map": {"AutoModel": "mine.Model"} | [auto_map] is set: the model comes with code of its own
            "intermediate_size": 0 | [intermediate_size] is [0], expected a number from 1 to 65536
            """)
    void what_is_not_compiled_of_nomic_bert_saved_by_transformers_is_told(String entry, String reason) {
        assertEquals(reason, assertThrows(KeepsOwnGraphException.class, () -> read(newerNomic(entry))).getMessage());
    }

    private static String newerNomic(String entry) {
        return with("""
                {"model_type": "nomic_bert", "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12,
                 "intermediate_size": 3072, "hidden_act": "silu", "layer_norm_eps": 1e-12, "max_position_embeddings": 2048,
                 "type_vocab_size": 2, "head_dim": 64, "rope_parameters": {"rope_type": "default", "rope_theta": 1000.0}}""",
                entry);
    }

    @Test
    void every_third_layer_of_modern_bert_looks_at_all_tokens() throws Exception {
        RotaryConfig config = read(modern(""));
        assertEquals(
                new RotaryConfig(Architecture.MODERN_BERT, 768, 12, 1152, 1e-5f, 8192, Activation.GELU, false,
                        config.attentions()),
                config);
        assertEquals(22, config.layers());
        for (int i = 0; i < 22; i++) assertEquals(i % 3 == 0 ? GLOBAL : LOCAL, config.attentions().get(i));
    }

    @Test
    void newer_files_list_the_layers_and_name_bases_by_kind() throws Exception {
        String newer = modern("").replace("\"global_attn_every_n_layers\": 3, ", "")
                .replace("\"global_rope_theta\": 160000.0, \"local_rope_theta\": 10000.0,", "")
                .replace("\"num_hidden_layers\": 22", "\"num_hidden_layers\": 4");
        String listed = newer.replace("}",
                """
                        , "layer_types": ["sliding_attention", "full_attention", "full_attention", "sliding_attention"],
                         "rope_parameters": {"full_attention": {"rope_type": "default", "rope_theta": 500},
                         "sliding_attention": {"rope_type": "default", "rope_theta": 20}}}""");
        RotaryAttention full = new RotaryAttention(500, RotaryAttention.ALL);
        RotaryAttention sliding = new RotaryAttention(20, 64);
        assertEquals(List.of(sliding, full, full, sliding), read(listed).attentions());
        assertEquals(List.of(GLOBAL, LOCAL, LOCAL, GLOBAL), read(newer).attentions());
    }

    @Test
    void a_local_base_written_as_null_is_the_global_one() throws Exception {
        assertEquals(new RotaryAttention(160_000, 64), read(modern("\"local_rope_theta\": null")).attentions().get(1));
    }

    @Test
    void no_more_positions_are_kept_than_published_models_have() throws Exception {
        assertEquals(8192, read(modern("\"max_position_embeddings\": 100000")).maxTokens());
        assertEquals(100, read(modern("\"max_position_embeddings\": 100")).maxTokens());
        assertEquals(8192, read(nomic("\"n_positions\": 1000000")).maxTokens());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "moe_every_n_layers": 2 | [moe_every_n_layers] is set: some layers are mixtures of experts
            "prenorm": true | [prenorm] is set: norms come before its layers
            "parallel_block": true | [parallel_block] is set: attention and feed-forward layers read the same numbers
            "use_rms_norm": true | [use_rms_norm] is set: its norms do not center
            "norm_mlp": true | [norm_mlp] is set: its feed-forward layers have a norm inside
            "causal": true | [causal] is set: it is a decoder
            "rotary_emb_interleaved": true | [rotary_emb_interleaved] is set: it turns neighbouring numbers, not halves
            "rotary_emb_scale_base": 512 | [rotary_emb_scale_base] is set: its rotation fades with distance
            "rotary_head_dim": true | [rotary_head_dim] is set: it turns by the number of the head
            "activation_function": "geglu" | [activation_function] is [geglu], expected [swiglu]
            "activation_function": null | [activation_function] is [gelu_new], expected [swiglu]
            "qkv_proj_bias": true | [qkv_proj_bias] is [true], expected [false]
            "mlp_fc1_bias": null | [mlp_fc1_bias] is [true], expected [false]
            "mlp_fc2_bias": true | [mlp_fc2_bias] is [true], expected [false]
            "rotary_emb_fraction": 0.5 | [rotary_emb_fraction] is [0.5], expected [1.0]
            "rotary_emb_base": 0 | [rotary_emb_base] is [0], expected a number above 1
            "num_heads_kv": 4 | [num_heads_kv] is [4], expected [12]
            "n_inner": null | [n_inner] is [null], expected a number from 1 to 65536
            "n_embd": null | [n_embd] is [null], expected a number from 1 to 65536
            "n_head": 5 | [768] numbers a token cannot be shared by [5] heads
            "n_head": 256 | a head has [3] numbers, expected an even number, which can be turned in pairs
            "auto_map": {"AutoModel": "mine.Model"} | [auto_map.AutoModel] is [mine.Model], expected [modeling_hf_nomic_bert.NomicBertModel]: the model comes with code of its own
            "quantization_config": {"bits": 4} | [quantization_config] is set: its weights are quantized
            """)
    void what_is_not_compiled_of_nomic_bert_is_told(String entry, String reason) {
        assertEquals(reason, assertThrows(KeepsOwnGraphException.class, () -> read(nomic(entry))).getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "auto_map": {"AutoModel": "x.Y"} | [auto_map] is set: the model comes with code of its own
            "norm_bias": true | [norm_bias] is set: its norms have biases
            "attention_bias": true | [attention_bias] is set: its attention has biases
            "mlp_bias": true | [mlp_bias] is set: its feed-forward layers have biases
            "rope_scaling": {"factor": 2} | [rope_scaling] is set: its positions are scaled
            "hidden_activation": "silu" | [hidden_activation] is [silu], expected [gelu]
            "global_rope_theta": "big" | [global_rope_theta] is [big], expected a number above 1
            "local_attention": 0 | [local_attention] is [0], expected a number from 1 to 16777216
            "num_hidden_layers": 2000 | [num_hidden_layers] is [2000], expected a number from 1 to 1000
            "num_attention_heads": 7 | [768] numbers a token cannot be shared by [7] heads
            "layer_types": ["full_attention"] | [layer_types] has [1] entries for [22] layers
            "layer_types": ["chunked_attention"] | [layer_types] has a [chunked_attention], expected [full_attention] or [sliding_attention]
            "num_hidden_layers": 1, "layer_types": ["sliding_attention"] | [layer_types] and [global_attn_every_n_layers] say different things
            "rope_parameters": {"rope_theta": 5} | [rope_parameters] has no [full_attention]
            "rope_parameters": {"full_attention": {"rope_type": "yarn"}, "sliding_attention": {}} | [rope_type] is [yarn], expected [default]
            "rope_parameters": {"full_attention": {"partial_rotary_factor": 0.5}, "sliding_attention": {}} | [partial_rotary_factor] is [0.5], expected [1.0]
            """)
    void what_is_not_compiled_of_modern_bert_is_told(String entry, String reason) {
        assertEquals(reason, assertThrows(KeepsOwnGraphException.class, () -> read(modern(entry))).getMessage());
    }

    /** Of two equal keys the last one counts. */
    private static String nomic(String entry) {
        return with(EncoderShape.nomicBert().configJson(), entry);
    }

    private static String modern(String entry) {
        return with(EncoderShape.modernBert().configJson(), entry);
    }

    private static String with(String json, String entry) {
        return entry.isEmpty() ? json : json.substring(0, json.lastIndexOf('}')) + ", " + entry + "}";
    }

    private RotaryConfig read(String json) throws Exception {
        Path file = Files.writeString(temp.resolve("config.json"), json);
        return (RotaryConfig) FamilyConfig.read(file, "config.json");
    }
}
