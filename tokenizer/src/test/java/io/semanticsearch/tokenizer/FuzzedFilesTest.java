package io.semanticsearch.tokenizer;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.semanticsearch.fuzz.Mutations;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A tokenizer.json that is almost right is read and tokenizes, or is refused in a sentence; never anything else. */
class FuzzedFilesTest {

    private static final int INPUTS = 6_000;
    private static final Duration LONGEST = Duration.ofSeconds(20);
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
        int inputs = Mutations.inputs(INPUTS);
        int refused = 0;
        for (int i = 0; i < inputs; i++) {
            String changed = mutations.ofJson(mutations.of(VALID));
            long start = System.nanoTime();
            try {
                Tokenizer tokenizer = Tokenizer.read(new ByteArrayInputStream(changed.getBytes(StandardCharsets.UTF_8)));
                Encoding encoding = tokenizer.encode(TEXT, 64);
                assertTrue(encoding.ids().length <= 64 + tokenizer.specialTokenCount());
            } catch (TokenizerException e) {
                refused++;
            } catch (Throwable e) {
                fail("input [" + i + "] " + changed, e);
            }
            // Not a measure of speed: what a file says must not keep a thread for minutes.
            if (System.nanoTime() - start > LONGEST.toNanos()) fail("input [" + i + "] took too long: " + changed);
        }
        assertTrue(refused > inputs / 10, "only [" + refused + "] of [" + inputs + "] were refused");
        assertTrue(refused < inputs, "all were refused");
    }
}
