package io.semanticsearch.tokenizer;

/** Splits at white space only. */
record WhitespaceSplit() implements PreTokenizer {

    @Override
    public void split(AlignedText text, int from, int to, Words words) {
        int word = from;
        for (int i = from; i < to && !words.enough(); i++) { // no white space is a surrogate pair
            if (!CharacterKind.isWhitespace(text.charAt(i))) continue;
            if (word < i) words.word(text, word, i);
            word = i + 1;
        }
        if (word < to && !words.enough()) words.word(text, word, to);
    }

    @Override
    public boolean splitsBefore(char space) {
        return true;
    }
}
