package io.semanticsearch.tokenizer;

import java.text.Normalizer.Form;

/**
 * The normalizer of BERT and its kin, code point by code point.
 *
 * <p>Accents are stripped by decomposing each code point and dropping non-spacing marks. Unicode would also put the marks of a
 * letter in order; that is left out, as it only moves marks which are dropped, and costs time quadratic in their number.
 *
 * @param cleanText          drop control characters, make every white space a space
 * @param setApartIdeographs put spaces round Chinese ideographs, so that each is a word
 * @param stripAccents       drop accents
 * @param lowercase          lower case letter by letter
 */
record BertNormalizer(boolean cleanText, boolean setApartIdeographs, boolean stripAccents, boolean lowercase)
        implements
            Normalizer {

    /** No code point below this has a decomposition. */
    private static final int FIRST_DECOMPOSABLE = 0xC0;

    static BertNormalizer read(FileSection section) {
        boolean lowercase = section.get("lowercase").flag();
        return new BertNormalizer(section.get("clean_text").flag(), section.get("handle_chinese_chars").flag(),
                section.get("strip_accents").flagOr(lowercase), lowercase);
    }

    @Override
    public AlignedText normalize(AlignedText text) {
        AlignedText result = new AlignedText(text.length());
        int next;
        for (int i = 0; i < text.length(); i = next) {
            int c = text.codePointAt(i);
            next = i + Character.charCount(c);
            append(c, text.start(i), text.end(next - 1), result);
        }
        return result;
    }

    @Override
    public boolean contextFree() {
        return true;
    }

    private void append(int original, int start, int end, AlignedText to) {
        int c = original;
        if (cleanText) {
            if (c == 0 || c == AlignedText.REPLACEMENT || CharacterKind.isControl(c)) return;
            if (CharacterKind.isWhitespace(c)) c = ' ';
        }
        boolean apart = setApartIdeographs && CharacterKind.isIdeograph(c);
        if (apart) to.append(' ', start, end);
        if (stripAccents && c >= FIRST_DECOMPOSABLE) {
            appendWithoutAccents(c, start, end, to);
        } else {
            appendCased(c, start, end, to);
        }
        if (apart) to.append(' ', start, end);
    }

    private void appendWithoutAccents(int c, int start, int end, AlignedText to) {
        String decomposed = java.text.Normalizer.normalize(Character.toString(c), Form.NFD);
        int next;
        for (int i = 0; i < decomposed.length(); i = next) {
            int part = decomposed.codePointAt(i);
            next = i + Character.charCount(part);
            if (!CharacterKind.isNonSpacingMark(part)) appendCased(part, start, end, to);
        }
    }

    private void appendCased(int c, int start, int end, AlignedText to) {
        if (lowercase) {
            Lowercase.append(c, start, end, to);
        } else {
            to.appendCodePoint(c, start, end);
        }
    }
}
