package io.semanticsearch.tokenizer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.fuzz.Mutations;
import io.semanticsearch.fuzz.Trials;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A tokenizer.json that is almost right is read and tokenizes, or is refused in a sentence; never anything else. */
class FuzzedFilesTest {

    private static final int INPUTS = 6_000;
    private static final String TEXT = "Flat tyres, mended! Ünïcödé 東京 ﬁ \ud83d\ude00 [CLS] 3.14 " + "x".repeat(300);

    private static final List<String> VALID = List.of(
            SmallFile.bert("flat", "ty", "##res", ",", "mended", "!").json(),
            SmallFile.of(SmallFile.bpe("\"unk_token\": \"<unk>\", \"fuse_unk\": true", List.of("f l", "fl a", "t y"), "<unk>",
                    "f", "l", "a", "t", "y",
                    "fl", "fla", "ty")).json(),
            SmallFile.of(SmallFile.unigram("", "<unk> 0", "f -1.5", "flat -2", "▁ -3", "ty -2.5")).json(),
            new SmallFile(
                    "[{\"id\": 0, \"content\": \"<unk>\", \"single_word\": false, \"lstrip\": true, \"rstrip\": false, \"normalized\": true,"
                            + " \"special\": true}]",
                    "{\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"NFKC\"}, {\"type\": \"Lowercase\"}, {\"type\": \"Replace\","
                            + " \"pattern\": {\"Regex\": \" {2,}\"}, \"content\": \" \"}, {\"type\": \"Prepend\", \"prepend\": \"▁\"}]}",
                    "{\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"Split\", \"pattern\": {\"Regex\": \"\\\\s+\"}, \"behavior\": \"Isolated\","
                            + " \"invert\": false}, {\"type\": \"Digits\", \"individual_digits\": true}, {\"type\": \"Metaspace\", \"replacement\": \"▁\","
                            + " \"prepend_scheme\": \"always\", \"split\": true}]}",
                    SmallFile.BERT_TEMPLATE, "null", SmallFile.unigram("", "<unk> 0", "[CLS] 0", "[SEP] 0", "f -1", "lat -2"))
                    .json());

    @Test
    void files_are_read_or_refused() {
        Mutations mutations = new Mutations(21);
        new Trials().run(INPUTS, () -> mutations.ofJson(mutations.of(VALID)), TokenizerException.class::isInstance, changed -> {
            Tokenizer tokenizer = Tokenizer.read(new ByteArrayInputStream(changed.getBytes(StandardCharsets.UTF_8)));
            Encoding encoding = tokenizer.encode(TEXT, 64);
            assertTrue(encoding.ids().length <= 64 + tokenizer.specialTokenCount());
        });
    }
}
