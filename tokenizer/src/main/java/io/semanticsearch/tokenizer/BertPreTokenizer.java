package io.semanticsearch.tokenizer;

/** Splits at white space and makes each punctuation character a word. */
record BertPreTokenizer() implements PreTokenizer {

    @Override
    public void split(AlignedText text, int from, int to, Words words) {
        int word = from;
        int next;
        for (int i = from; i < to && !words.enough(); i = next) {
            int c = text.codePointAt(i);
            next = i + Character.charCount(c);
            boolean punctuation = CharacterKind.isPunctuation(c);
            if (!punctuation && !CharacterKind.isWhitespace(c)) continue;
            if (word < i) words.word(text, word, i);
            if (punctuation) words.word(text, i, next);
            word = next;
        }
        if (word < to && !words.enough()) words.word(text, word, to);
    }

    @Override
    public boolean splitsBefore(char space) {
        return true;
    }
}
