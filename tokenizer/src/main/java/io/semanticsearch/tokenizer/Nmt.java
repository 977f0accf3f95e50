package io.semanticsearch.tokenizer;

/** What SentencePiece did to texts for machine translation: some control characters go, some others become spaces. */
record Nmt() implements Normalizer {

    @Override
    public AlignedText normalize(AlignedText text) {
        AlignedText result = new AlignedText(text.length());
        for (int i = 0; i < text.length(); i++) { // none of the characters concerned is a surrogate pair
            char c = text.charAt(i);
            if (!dropped(c)) result.append(space(c) ? ' ' : c, text.start(i), text.end(i));
        }
        return result;
    }

    @Override
    public boolean contextFree() {
        return true;
    }

    private static boolean dropped(char c) {
        return c >= 0x01 && c <= 0x08 || c == 0x0B || c >= 0x0E && c <= 0x1F || c == 0x7F || c == 0x8F || c == 0x9F;
    }

    private static boolean space(char c) {
        return c >= 0x09 && c <= 0x0D || c == 0x1680 || c >= 0x200B && c <= 0x200F || c == 0x2028 || c == 0x2029 || c == 0x2581
                || c == 0xFEFF || c == 0xFFFD;
    }
}
