package io.semanticsearch.tokenizer;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * Makes of a text the token ids that a model was trained with, as the model's {@code tokenizer.json} says.
 *
 * <p>Gives the ids and offsets that Hugging Face's tokenizers give. Immutable and thread-safe. No text makes it throw, and no
 * more of a long text is read than the number of tokens asked for needs.
 */
public final class Tokenizer {

    private final Vocabulary vocabulary;
    private final AddedTokenFinder addedTokens;
    private final SegmentTokenizer segments;
    private final Template single;
    private final Template bare;
    private final Template pair;
    private final RangeTrim trim;
    private final OptionalInt unknownId;
    private final OptionalInt paddingId;

    private Tokenizer(TokenizerFile file, SpecialTokensInText mode) {
        this.vocabulary = file.vocabulary();
        this.addedTokens = file.finder(mode);
        this.segments = file.segmentTokenizer(mode);
        this.single = file.postProcessor().single();
        this.bare = single.withoutSpecial();
        this.pair = file.postProcessor().pair();
        this.trim = new RangeTrim(file.postProcessor().trimmings(), vocabulary);
        this.unknownId = file.model().unknownId();
        this.paddingId = file.paddingId();
    }

    /**
     * Reads a tokenizer.json; special tokens spelt out in a text will be plain text.
     *
     * @param json not closed
     * @throws TokenizerException when the file is malformed or of an unsupported kind
     */
    public static Tokenizer read(InputStream json) throws IOException {
        return read(json, SpecialTokensInText.AS_TEXT);
    }

    /**
     * Reads a tokenizer.json.
     *
     * @param json not closed
     * @throws TokenizerException when the file is malformed or of an unsupported kind
     */
    public static Tokenizer read(InputStream json, SpecialTokensInText mode) throws IOException {
        return new Tokenizer(TokenizerFile.read(json), mode);
    }

    /**
     * The tokens of a text with the special tokens round them.
     *
     * @param maxTokens special tokens included; the text is cut on the right to leave room for them
     */
    public Encoding encode(String text, int maxTokens) {
        return fill(single, text, maxTokens);
    }

    /** The tokens of a text alone, as static models want them. */
    public Encoding encodePlain(String text, int maxTokens) {
        return fill(bare, text, maxTokens);
    }

    /**
     * The tokens of two texts with the special tokens round and between them.
     *
     * @param maxTokens special tokens included; the longer text is cut first, and both to the same length when that is not enough
     */
    public Encoding encodePair(String a, String b, int maxTokens) {
        int room = room(pair, maxTokens);
        Tokens first = tokens(a, room);
        Tokens second = tokens(b, room);
        // like Hugging Face, which of the two is longer is asked after each alone was cut to maxTokens: then it may be neither
        boolean firstIsLonger = Math.min(first.count(), maxTokens) > Math.min(second.count(), maxTokens);
        int shorter = Math.min(Math.min(first.count(), second.count()), room / 2);
        int longer = room - shorter;
        return firstIsLonger
                ? pair.fill(first, Math.min(first.count(), longer), second, shorter)
                : pair.fill(first, shorter, second, Math.min(second.count(), longer));
    }

    /** How many special tokens {@link #encode} puts round a text: what a window of a long text must leave room for. */
    public int specialTokenCount() {
        return single.added();
    }

    /**
     * A window of a text's tokens with the special tokens round it, as {@link #encode} would give it for that part alone. Ranges
     * stay those in the whole text; the window does not count as truncated.
     *
     * @param plain what {@link #encodePlain} gave
     * @param from  the first token of the window
     * @param to    one past its last token
     * @throws IndexOutOfBoundsException when there are no such tokens
     * @throws IllegalArgumentException  when there is a special token among them
     */
    public Encoding withSpecialTokens(Encoding plain, int from, int to) {
        Objects.checkFromToIndex(from, to, plain.ids().length);
        Tokens window = new Tokens(to - from, 0);
        for (int i = from; i < to; i++) {
            if (plain.special()[i])
                throw new IllegalArgumentException("token [" + i + "] is special, expected an encoding that encodePlain gave");
            window.add(plain.ids()[i], plain.starts()[i], plain.ends()[i]);
        }
        return single.fill(window);
    }

    /** One more than the highest id: what a table with a row for each id must have at least. */
    public int vocabularySize() {
        return vocabulary.size();
    }

    /** The id of a token as the vocabulary writes it, such as {@code ##ing}. */
    public OptionalInt id(String token) {
        return vocabulary.id(token);
    }

    /** The token with an id, as the vocabulary writes it. */
    public String token(int id) {
        return vocabulary.token(id);
    }

    /** What stands for a word that the vocabulary cannot spell. */
    public OptionalInt unknownId() {
        return unknownId;
    }

    /** What shorter texts of a batch are filled up with: as the padding section says, else {@code [PAD]} or {@code <pad>}. */
    public OptionalInt paddingId() {
        return paddingId;
    }

    private Encoding fill(Template template, String text, int maxTokens) {
        return template.fill(tokens(text, room(template, maxTokens)));
    }

    private static int room(Template template, int maxTokens) {
        int room = maxTokens - template.added();
        if (maxTokens >= 1 && room >= 0) return room;
        throw new IllegalArgumentException("maxTokens is [" + maxTokens + "], expected at least " + Math.max(1, template.added())
                + ", as the tokenizer adds " + template.added() + " special tokens");
    }

    private Tokens tokens(String text, int limit) {
        Tokens tokens = new Tokens(limit, text.length());
        AddedTokenFinder.Matches matches = addedTokens.in(text, 0, text.length());
        int at = 0;
        while (!tokens.enough() && matches.next()) {
            segments.tokenize(text, at, matches.start(), tokens);
            tokens.addWhole(matches, text, matches.start(), matches.end());
            at = matches.end();
        }
        segments.tokenize(text, at, text.length(), tokens);
        trim.apply(tokens, text);
        return tokens;
    }
}
