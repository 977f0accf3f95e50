package io.semanticsearch.onnx.graph;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The tokenizer.json of a made-up encoder of 211 tokens: words {@code w5} to {@code w210}, whose ids are their numbers; [CLS] and [SEP] are
 * 2 and 3, an unknown word is 4. Id 1 is left free, because RoBERTa counts no position for it.
 */
public final class MadeUpTokenizer {

    public static final String JSON = """
            {"added_tokens": [], "normalizer": null, "pre_tokenizer": {"type": "WhitespaceSplit"},
             "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
             "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
             "max_input_chars_per_word": 100, "vocab": {"[PAD]": 0, "<pad>": 1, "[CLS]": 2, "[SEP]": 3, "[UNK]": 4, %s}}}"""
            .formatted(IntStream.range(5, 211).mapToObj(id -> "\"w" + id + "\": " + id).collect(Collectors.joining(", ")));

    private MadeUpTokenizer() {}
}
