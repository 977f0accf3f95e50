package io.semanticsearch.tokenizer;

import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * The parts of a tokenizer.json. Its {@code truncation} and {@code padding} are not among them, as files are published with
 * whatever their makers used last; only the padding token is taken from there.
 */
record TokenizerFile(List<AddedToken> addedTokens,
        Normalizer normalizer,
        PreTokenizer preTokenizer,
        TokenModel model,
        PostProcessor postProcessor,
        Vocabulary vocabulary,
        OptionalInt paddingId) {

    /** Far above any published file, of which the largest has about 35 million bytes and nests six deep. */
    private static final StreamReadConstraints LIMITS = StreamReadConstraints.builder().maxDocumentLength(1 << 27)
            .maxNestingDepth(64).build();

    /** Field names are the vocabulary: tens of thousands, each met once, so remembering them for the next file only costs. */
    private static final JsonMapper JSON = JsonMapper
            .builder(JsonFactory.builder().disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES).streamReadConstraints(LIMITS).build())
            .disable(StreamReadFeature.AUTO_CLOSE_SOURCE).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    static TokenizerFile read(InputStream json) throws IOException {
        JsonNode tree;
        try {
            tree = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new TokenizerException("tokenizer.json is not JSON: " + e.getOriginalMessage(), e);
        } catch (CharConversionException e) { // bytes that are no text; any other IOException is a failure to read
            throw new TokenizerException("tokenizer.json is not JSON: " + e.getMessage(), e);
        }
        if (!tree.isObject())
            throw new TokenizerException("tokenizer.json is not a JSON object; expected the file that Hugging Face calls so");
        FileSection file = new FileSection("", tree);
        Normalizer normalizer = Normalizer.read(file.get("normalizer"));
        PreTokenizer preTokenizer = PreTokenizer.read(file.get("pre_tokenizer"));
        TokenModel model = TokenModel.read(file.get("model"));
        List<AddedToken> addedTokens = AddedToken.readAll(file.get("added_tokens"));
        Vocabulary vocabulary = new Vocabulary(model.ids(), addedTokens);
        PostProcessor postProcessor = PostProcessor.read(file.get("post_processor"));
        checkSpecial(postProcessor.single(), vocabulary);
        checkSpecial(postProcessor.pair(), vocabulary);
        return new TokenizerFile(addedTokens, normalizer, preTokenizer, model, postProcessor, vocabulary,
                paddingId(file.get("padding"), addedTokens, vocabulary));
    }

    /** The faster way to the same tokens where there is one. */
    SegmentTokenizer segmentTokenizer(SpecialTokensInText mode) {
        List<AddedToken> inNormalizedText = addedTokens(mode, true);
        TokenModel model = model(mode);
        return model instanceof WordPiece wordPiece && preTokenizer instanceof BertPreTokenizer && normalizer.contextFree()
                && inNormalizedText.isEmpty()
                        ? new OnePassTokenizer(normalizer, wordPiece)
                        : new StagedTokenizer(normalizer, inNormalizedText, preTokenizer, model);
    }

    private TokenModel model(SpecialTokensInText mode) {
        if (mode == SpecialTokensInText.RECOGNIZE) return model;
        Set<Integer> special = addedTokens.stream().filter(AddedToken::special).map(AddedToken::id).collect(Collectors.toSet());
        return special.isEmpty() ? model : model.notSpelling(special);
    }

    /** Finds the added tokens that are looked for in the original text. */
    AddedTokenFinder finder(SpecialTokensInText mode) {
        List<AddedToken> inText = addedTokens(mode, false);
        return new AddedTokenFinder(inText, inText.stream().map(AddedToken::content).toList());
    }

    private List<AddedToken> addedTokens(SpecialTokensInText mode, boolean normalized) {
        return addedTokens.stream().filter(t -> t.normalized() == normalized)
                .filter(t -> !t.special() || mode == SpecialTokensInText.RECOGNIZE).toList();
    }

    private static void checkSpecial(Template template, Vocabulary vocabulary) {
        for (Template.Piece piece : template.pieces()) {
            if (!(piece instanceof Template.Special special)) continue;
            for (int id : special.ids()) {
                if (vocabulary.contains(id)) continue;
                throw new TokenizerException(
                        "tokenizer.json: post_processor puts in token [" + special.token() + "] with id [" + id
                                + "], which the vocabulary does not hold; file and vocabulary do not belong together");
            }
        }
    }

    private static OptionalInt paddingId(FileSection padding, List<AddedToken> addedTokens, Vocabulary vocabulary) {
        if (!padding.absent()) {
            int id = padding.get("pad_id").count();
            if (vocabulary.contains(id)) return OptionalInt.of(id); // else the section is left over from another vocabulary
        }
        return addedTokens.stream().filter(t -> t.content().equals("[PAD]") || t.content().equals("<pad>"))
                .mapToInt(AddedToken::id)
                .findFirst();
    }
}
