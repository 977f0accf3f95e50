package io.semanticsearch.tokenizer;

import java.util.List;

/**
 * The stages as the file lists them, one after the other: normalize, cut out added tokens that are looked for in normalized text,
 * split into words, model. Works for every file.
 */
final class StagedTokenizer implements SegmentTokenizer {

    /** In chars. Long texts are taken in pieces of about this size, so that no more is read than is needed. */
    static final int PIECE = 4096;

    private final Normalizer normalizer;
    private final AddedTokenFinder addedTokens;
    private final PreTokenizer preTokenizer;
    private final TokenModel model;
    private final boolean inPieces;

    /** @param addedTokens those that are looked for in normalized text */
    StagedTokenizer(Normalizer normalizer, List<AddedToken> addedTokens, PreTokenizer preTokenizer, TokenModel model) {
        List<String> patterns = addedTokens.stream().map(t -> normalized(t.content(), normalizer)).toList();
        this.normalizer = normalizer;
        this.addedTokens = new AddedTokenFinder(addedTokens, patterns);
        this.preTokenizer = preTokenizer;
        this.model = model;
        this.inPieces = preTokenizer.splitsAtSpaces() && addedTokens.stream().noneMatch(t -> t.stripLeft() || t.stripRight())
                && patterns.stream().noneMatch(p -> p.chars().anyMatch(CharacterKind::isWhitespace));
    }

    @Override
    public void tokenize(String text, int from, int to, Tokens tokens) {
        int end;
        for (int at = from; at < to && !tokens.enough(); at = end) {
            end = inPieces ? pieceEnd(text, at, to) : to;
            tokenize(normalizer.normalize(AlignedText.of(text, at, end)), tokens);
        }
    }

    private void tokenize(AlignedText text, Tokens tokens) {
        AddedTokenFinder.Matches matches = addedTokens.in(text, 0, text.length());
        int at = 0;
        while (matches.next()) {
            split(text, at, matches.start(), tokens);
            tokens.add(matches.token().id(), text.start(matches.start()), text.end(matches.end() - 1));
            at = matches.end();
        }
        split(text, at, text.length(), tokens);
    }

    private void split(AlignedText text, int from, int to, Tokens tokens) {
        if (from < to) preTokenizer.split(text, from, to, (part, start, end) -> model.tokenize(part, start, end, tokens));
    }

    /** A place before a space: neither a word nor a letter with its marks goes across it. */
    private static int pieceEnd(String text, int from, int to) {
        for (int i = from + PIECE; i < to; i++) {
            char c = text.charAt(i);
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r') return i;
        }
        return to;
    }

    private static String normalized(String content, Normalizer normalizer) {
        return normalizer.normalize(AlignedText.of(content, 0, content.length())).toString();
    }
}
