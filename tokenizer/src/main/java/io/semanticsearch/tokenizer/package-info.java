/**
 * Hugging Face {@code tokenizer.json} in Java: text to token ids, without native code.
 *
 * <p>{@link io.semanticsearch.tokenizer.Tokenizer} is the way in. Behind it the files follow the keys of a tokenizer.json, each
 * a sealed interface with one file a {@code type}, read by {@code TokenizerFile}:
 * <ul>
 * <li>{@code added_tokens}: {@code AddedToken}, found by {@code AddedTokenFinder}
 * <li>{@code normalizer}: {@code Normalizer}
 * <li>{@code pre_tokenizer}: {@code PreTokenizer}
 * <li>{@code model}: {@code TokenModel}
 * <li>{@code post_processor}: {@code PostProcessor}, which comes down to a {@code Template}
 * </ul>
 * A text goes through them as {@code AlignedText}, which remembers where each char came from, and ends as {@code Tokens}:
 * {@code StagedTokenizer} is that way for every file, {@code OnePassTokenizer} a shorter one to the same tokens for BERT's.
 * To support a further type is to add a file for it and to name it in its interface.
 */
package io.semanticsearch.tokenizer;
