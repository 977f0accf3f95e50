package io.semanticsearch.tokenizer;

/** Makes tokens of text between those added tokens that are found in the original text. Thread-safe. */
sealed interface SegmentTokenizer permits OnePassTokenizer, StagedTokenizer {

    /** Adds the tokens of the part of {@code text} from {@code from} to {@code to}; may stop when there are enough of them. */
    void tokenize(String text, int from, int to, Tokens tokens);
}
