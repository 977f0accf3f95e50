package io.semanticsearch.tokenizer;

import java.util.StringJoiner;

/** An encoding written out for comparing: {@code hello(0-5) ##s(5-6)}, special tokens without offsets. */
final class Shown {

    private Shown() {}

    static String plain(Tokenizer tokenizer, String text) {
        return of(tokenizer, tokenizer.encodePlain(text, 1000));
    }

    static String of(Tokenizer tokenizer, Encoding encoding) {
        StringJoiner shown = new StringJoiner(" ");
        for (int i = 0; i < encoding.ids().length; i++) {
            String offsets = encoding.special()[i] ? "" : "(" + encoding.starts()[i] + "-" + encoding.ends()[i] + ")";
            shown.add(tokenizer.token(encoding.ids()[i]) + offsets);
        }
        return shown.toString();
    }
}
