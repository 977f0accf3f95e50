package io.semanticsearch.onnx.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.onnx.proto.BrokenModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What config.json says, and the reasons why a model keeps its own graph. */
class EncoderConfigTest {

    @TempDir
    private Path temp;

    @Test
    void each_architecture_has_its_own_keys() throws Exception {
        assertEquals(new EncoderConfig(Architecture.BERT, 6, 384, 12, 1536, 1e-12f, 0, 0),
                read(EncoderShape.miniLm().configJson()));
        assertEquals(new EncoderConfig(Architecture.ROBERTA, 12, 768, 12, 3072, 1e-5f, 2, 0),
                read(EncoderShape.robertaBase().configJson()));
        assertEquals(new EncoderConfig(Architecture.XLM_ROBERTA, 12, 768, 12, 3072, 1e-5f, 2, 0),
                read(EncoderShape.xlmRobertaBase().configJson()));
        assertEquals(new EncoderConfig(Architecture.DISTILBERT, 6, 768, 12, 3072, 1e-12f, 0, 0),
                read(EncoderShape.distilBert().configJson()));
        assertEquals(new EncoderConfig(Architecture.MPNET, 12, 768, 12, 3072, 1e-5f, 2, 32),
                read(EncoderShape.mpnetBase().configJson()));
    }

    @Test
    void keys_may_be_null_or_absent_where_there_is_a_default() throws Exception {
        assertEquals(new EncoderConfig(Architecture.ROBERTA, 2, 8, 2, 16, 1e-12f, 2, 0),
                read("""
                        {"model_type": "camembert", "num_hidden_layers": 2, "hidden_size": 8, "num_attention_heads": 2, "intermediate_size": 16,
                         "position_embedding_type": null, "pad_token_id": null, "is_decoder": false, "pruned_heads": {}, "hidden_act": null}"""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "model_type": "deberta-v2" | [model_type] is [deberta-v2], expected one of [bert, camembert, distilbert, modernbert, mpnet, nomic_bert, roberta, xlm-roberta]
            "model_type": "" | [model_type] is [], expected one of [bert, camembert, distilbert, modernbert, mpnet, nomic_bert, roberta, xlm-roberta]
            "hidden_act": "gelu_new" | [hidden_act] is [gelu_new], expected [gelu]
            "hidden_act": "relu" | [hidden_act] is [relu], expected [gelu]
            "position_embedding_type": "relative_key" | [position_embedding_type] is [relative_key], expected [absolute]
            "auto_map": {"AutoModel": "x.Y"} | [auto_map] is set: the model comes with code of its own
            "quantization_config": {"bits": 4} | [quantization_config] is set: its weights are quantized
            "is_decoder": true | [is_decoder] is set: it is a decoder
            "add_cross_attention": true | [add_cross_attention] is set: it is a decoder
            "pruned_heads": {"1": [0]} | [pruned_heads] is set: its layers differ in their heads
            "hidden_size": 10000000000 | [hidden_size] is [10000000000], expected a number from 1 to 65536
            "hidden_size": "many" | [hidden_size] is [many], expected a number from 1 to 65536
            "hidden_size": null | [hidden_size] is [null], expected a number from 1 to 65536
            "num_hidden_layers": 0 | [num_hidden_layers] is [0], expected a number from 1 to 1000
            "num_attention_heads": 5 | [384] numbers a token cannot be shared by [5] heads
            """)
    void what_is_not_compiled_is_told(String entry, String reason) {
        // Of two equal keys the last one counts.
        String json = EncoderShape.miniLm().configJson().replace("}", ", " + entry + "}");
        assertEquals(reason, assertThrows(KeepsOwnGraphException.class, () -> read(json)).getMessage());
    }

    @Test
    void distilbert_and_mpnet_have_reasons_of_their_own() {
        String distil = EncoderShape.distilBert().configJson().replace("\"gelu\"", "\"relu\"");
        assertEquals("[activation] is [relu], expected [gelu]",
                assertThrows(KeepsOwnGraphException.class, () -> read(distil)).getMessage());
        String mpnet = EncoderShape.mpnetBase().configJson().replace("\"relative_attention_num_buckets\": 32",
                "\"relative_attention_num_buckets\": 30");
        assertEquals("[relative_attention_num_buckets] is [30], expected a multiple of 4 up to 256",
                assertThrows(KeepsOwnGraphException.class, () -> read(mpnet)).getMessage());
    }

    @Test
    void a_file_that_is_no_configuration_is_broken() throws IOException {
        BrokenModelException broken = assertThrows(BrokenModelException.class, () -> read("{\"model_type\": "));
        assertTrue(broken.getMessage().startsWith("file [config.json] is not JSON: "), broken.getMessage());
        assertThrows(BrokenModelException.class, () -> read(" ".repeat(2 << 20)));
        Files.delete(temp.resolve("config.json"));
        broken = assertThrows(BrokenModelException.class, () -> FamilyConfig.read(temp.resolve("config.json"), "config.json"));
        assertEquals("file [config.json] is missing", broken.getMessage());
    }

    private FamilyConfig read(String json) throws IOException, KeepsOwnGraphException {
        Path file = Files.writeString(temp.resolve("config.json"), json);
        return FamilyConfig.read(file, "config.json");
    }
}
