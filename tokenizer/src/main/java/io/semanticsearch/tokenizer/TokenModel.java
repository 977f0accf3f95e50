package io.semanticsearch.tokenizer;

import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** The {@code model} of a tokenizer.json: makes tokens of one word. */
sealed interface TokenModel permits Bpe, Unigram, WordPiece {

    Map<String, Function<FileSection, TokenModel>> BY_TYPE = new TreeMap<>(
            Map.of("BPE", Bpe::read, "Unigram", Unigram::read, "WordPiece", WordPiece::read));

    static TokenModel read(FileSection section) {
        section.object();
        return section.readAs(section.has("type") ? section.get("type").text() : typeByContents(section), BY_TYPE);
    }

    /** Files written before the type was stored tell it by what else they hold. */
    private static String typeByContents(FileSection section) {
        if (section.has("merges")) return "BPE";
        if (section.node().path("vocab").isArray()) return "Unigram";
        return section.has("continuing_subword_prefix") ? "WordPiece" : "WordLevel";
    }

    /** Takes words and adds their tokens to {@code tokens}. */
    PreTokenizer.Words into(Tokens tokens);

    /** The tokens that the model itself knows; not empty. */
    Map<String, Integer> ids();

    OptionalInt unknownId();

    /**
     * The same model, but for chars that spell a special token in full: they do not become that token.
     *
     * @param special ids
     */
    TokenModel notSpelling(Set<Integer> special);
}
