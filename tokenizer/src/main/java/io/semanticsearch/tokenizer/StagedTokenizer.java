package io.semanticsearch.tokenizer;

import java.util.List;
import java.util.stream.Collectors;

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
    /** The white space that a text may be cut before, where it follows a letter or digit; may be empty. */
    private final String cuts;

    /** @param addedTokens those that are looked for in normalized text */
    StagedTokenizer(Normalizer normalizer, List<AddedToken> addedTokens, PreTokenizer preTokenizer, TokenModel model) {
        List<String> patterns = addedTokens.stream().map(t -> normalized(t.content(), normalizer)).toList();
        this.normalizer = normalizer;
        this.addedTokens = new AddedTokenFinder(addedTokens, patterns);
        this.preTokenizer = preTokenizer;
        this.model = model;
        boolean tokensAllowCuts = addedTokens.stream().noneMatch(t -> t.stripLeft() || t.stripRight())
                && patterns.stream().noneMatch(p -> p.chars().anyMatch(CharacterKind::isWhitespace));
        this.cuts = " \t\n\r".chars()
                .filter(c -> tokensAllowCuts && normalizer.keepsApart((char) c) && preTokenizer.splitsBefore((char) c))
                .mapToObj(Character::toString).collect(Collectors.joining());
    }

    @Override
    public void tokenize(String text, int from, int to, Tokens tokens) {
        PreTokenizer.Words words = preTokenizer.before(model.into(tokens));
        int end;
        for (int at = from; at < to && !tokens.enough(); at = end) {
            end = cuts.isEmpty() ? to : pieceEnd(text, at, to);
            tokenize(normalizer.normalize(AlignedText.of(text, at, end)), words, tokens);
        }
    }

    private void tokenize(AlignedText text, PreTokenizer.Words words, Tokens tokens) {
        AddedTokenFinder.Matches matches = addedTokens.in(text, 0, text.length());
        int at = 0;
        while (!tokens.enough() && matches.next()) {
            if (at < matches.start()) words.word(text, at, matches.start());
            tokens.addWhole(matches, text, text.start(matches.start()), text.end(matches.end() - 1));
            at = matches.end();
        }
        if (at < text.length() && !tokens.enough()) words.word(text, at, text.length());
    }

    private int pieceEnd(String text, int from, int to) {
        for (int i = from + PIECE; i < to; i++)
            if (cuts.indexOf(text.charAt(i)) >= 0 && isWordEnd(text.charAt(i - 1))) return i;
        return to;
    }

    /** A letter or digit of a script in which none of them becomes white space or nothing, and none takes in what follows. */
    private static boolean isWordEnd(char c) {
        if (c < 0x80) return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
        return (c < 0xD00 || c >= 0x3041 && c <= 0xD7A3) && Character.isLetterOrDigit(c);
    }

    private static String normalized(String content, Normalizer normalizer) {
        return normalizer.normalize(AlignedText.of(content, 0, content.length())).toString();
    }
}
