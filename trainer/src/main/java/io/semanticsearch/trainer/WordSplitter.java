package io.semanticsearch.trainer;

import java.text.Normalizer;
import java.util.function.Consumer;

/**
 * The words of a text as the tokenizer of the finished model will see them: lower case, no accents, split at white space, each punctuation
 * mark and each ideograph a word. These are the rules of BERT's normalizer and pre-tokenizer, which [tokenizer.json] names; a test holds
 * this against the tokenizer itself.
 */
final class WordSplitter {

    private static final int PUNCTUATION = 1 << Character.CONNECTOR_PUNCTUATION | 1 << Character.DASH_PUNCTUATION
            | 1 << Character.START_PUNCTUATION | 1 << Character.END_PUNCTUATION | 1 << Character.INITIAL_QUOTE_PUNCTUATION
            | 1 << Character.FINAL_QUOTE_PUNCTUATION | 1 << Character.OTHER_PUNCTUATION;
    private static final int CONTROL = 1 << Character.CONTROL | 1 << Character.FORMAT | 1 << Character.PRIVATE_USE;
    private static final int FIRST_NOT_ASCII = 0x80;

    private final StringBuilder word = new StringBuilder();

    /** Hands on the words in order; not for two threads. */
    void split(String text, Consumer<String> words) {
        int next;
        for (int i = 0; i < text.length(); i = next) {
            int c = text.codePointAt(i);
            next = i + Character.charCount(c);
            if (c < FIRST_NOT_ASCII) {
                ascii((char) c, words);
            } else {
                other(c, words);
            }
        }
        end(words);
    }

    private void ascii(char c, Consumer<String> words) {
        if (c >= 'a' && c <= 'z' || c >= '0' && c <= '9') {
            word.append(c);
        } else if (c >= 'A' && c <= 'Z') {
            word.append((char) (c + 'a' - 'A'));
        } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            end(words);
        } else if (c > ' ' && c < 0x7F) {
            alone(c, words);
        }
    }

    private void other(int c, Consumer<String> words) {
        if (c == 0xFFFD || in(CONTROL, c)) return;
        if (isSpace(c)) {
            end(words);
            return;
        }
        boolean ideograph = isIdeograph(c);
        if (ideograph) end(words);
        String plain = Normalizer.normalize(Character.toString(c), Normalizer.Form.NFD);
        int next;
        for (int i = 0; i < plain.length(); i = next) {
            int part = plain.codePointAt(i);
            next = i + Character.charCount(part);
            if (Character.getType(part) == Character.NON_SPACING_MARK) continue;
            if (in(PUNCTUATION, part) || part < FIRST_NOT_ASCII && !Character.isLetterOrDigit(part)) {
                alone(part, words);
            } else {
                word.appendCodePoint(Character.toLowerCase(part));
            }
        }
        if (ideograph) end(words);
    }

    private void alone(int c, Consumer<String> words) {
        end(words);
        words.accept(Character.toString(c));
    }

    private void end(Consumer<String> words) {
        if (word.isEmpty()) return;
        words.accept(word.toString());
        word.setLength(0);
    }

    private static boolean isSpace(int c) {
        return c == 0x85 || Character.isSpaceChar(c);
    }

    private static boolean isIdeograph(int c) {
        return c >= 0x4E00 && c <= 0x9FFF || c >= 0x3400 && c <= 0x4DBF || c >= 0xF900 && c <= 0xFAFF
                || c >= 0x20000 && c <= 0x2FA1F;
    }

    private static boolean in(int types, int c) {
        return (types >>> Character.getType(c) & 1) != 0;
    }
}
