package io.semanticsearch.tokenizer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Pattern;

/**
 * A regular expression in Oniguruma's syntax on its way to Java's. Both know the same version of Unicode; every class below was
 * compared code point by code point.
 *
 * <p>What differs is rewritten, what cannot be or is never met is refused by name. A group repeated without bound is refused too:
 * Java would need stack in proportion to the text.
 *
 * <p>For one expression on one thread.
 */
final class OnigurumaTranslation {

    /** {@code \w} within a class: without the joiners of Java's. */
    private static final String WORD_IN_CLASS = "\\p{IsAlphabetic}\\p{M}\\p{Nd}\\p{Pc}";
    /** Outside of one: with superscript digits and fractions of Latin-1. */
    private static final String WORD = WORD_IN_CLASS + "\\xB2\\xB3\\xB9\\xBC-\\xBE";
    private static final String HEXADECIMAL = "0-9A-Fa-f";

    /** {@code ^} and {@code $} are about lines whatever the options, and only a line feed ends one. */
    private static final int FLAGS = Pattern.UNICODE_CHARACTER_CLASS | Pattern.MULTILINE | Pattern.UNIX_LINES;

    /** Of groups and of classes in each other: more would cost stack. */
    private static final int DEEPEST = 32;
    /** How often a group may be repeated, in all groups round it together: each time costs stack. */
    private static final int MOST_REPEATS = 256;

    private final String source;
    private final StringBuilder java = new StringBuilder();
    private int at;
    /** Then letters mean the same in both languages only if they are ASCII's and not i. */
    private boolean ignoringCase;
    /** The most repeats of what was read of the group that is open. */
    private int repeats = 1;
    private int classDepth;

    /** What holds outside of a group. */
    private record Outside(boolean ignoringCase, int repeats) {}

    OnigurumaTranslation(String source) {
        this.source = source;
    }

    /** @throws UnsupportedOperationException with what is not supported */
    Pattern pattern() {
        Deque<Outside> outside = new ArrayDeque<>();
        while (at < source.length()) {
            char c = source.charAt(at++);
            switch (c) {
                case '\\' -> escape();
                case '[' -> characterClass();
                case '(' -> {
                    if (outside.size() == DEEPEST)
                        throw new UnsupportedOperationException("more than " + DEEPEST + " groups in each other");
                    outside.push(new Outside(ignoringCase, repeats));
                    repeats = 1;
                    group();
                }
                case ')' -> {
                    if (outside.isEmpty()) throw new UnsupportedOperationException("unmatched [)]");
                    java.append(c);
                    quantifier(true);
                    ignoringCase = outside.peek().ignoringCase;
                    repeats = Math.max(repeats, outside.pop().repeats);
                }
                case '*', '+', '?', '{' -> {
                    at--;
                    if (!quantifier(false)) literal(source.charAt(at++));
                }
                case '}', ']' -> literal(c);
                default -> plain(c);
            }
        }
        return Pattern.compile(java.toString(), FLAGS);
    }

    private void plain(char c) {
        if (ignoringCase && (c == 'i' || c == 'I' || c > 0x7F))
            throw new UnsupportedOperationException("the letter [" + c + "] that ignores case");
        java.append(c);
    }

    private void literal(char c) {
        java.append('\\').append(c);
    }

    private void escape() {
        char c = next("\\");
        switch (c) {
            case 'w' -> java.append('[').append(WORD).append(']');
            case 'W' -> java.append("[^").append(WORD).append(']');
            case 'h' -> java.append('[').append(HEXADECIMAL).append(']');
            case 'H' -> java.append("[^").append(HEXADECIMAL).append(']');
            case 'b' -> java.append("(?:(?<=[").append(WORD).append("])(?![").append(WORD).append("])|(?<![").append(WORD)
                    .append("])(?=[").append(WORD).append("]))");
            case 'A', 'z', 'Z' -> literal(c);
            default -> escapeAnywhere(c);
        }
    }

    /** What means the same inside and outside of a class. */
    private void escapeAnywhere(char c) {
        switch (c) {
            case 'd', 'D', 's', 'S', 't', 'n', 'r', 'f', 'a', 'e' -> literal(c);
            case 'v' -> java.append("\\x0B");
            case 'p', 'P' -> property(c);
            case 'x', 'u' -> codePoint(c);
            default -> {
                if (Character.isLetterOrDigit(c)) throw new UnsupportedOperationException("the escape [\\" + c + "]");
                literal(c);
            }
        }
    }

    private void codePoint(char c) {
        int digits = c == 'u' ? 4 : 2;
        int end = at + digits;
        if (c == 'x' && source.startsWith("{", at)) {
            end = source.indexOf('}', at) + 1;
            digits = end - at - 2;
        }
        String number = end > at && end <= source.length() ? source.substring(at, end) : "";
        if (digits < 1 || digits > 8 || !number.replace("{", "").replace("}", "").matches("[0-9A-Fa-f]+"))
            throw new UnsupportedOperationException("the escape [\\" + c + number + "]");
        java.append('\\').append(c).append(number);
        at = end;
    }

    private void property(char letter) {
        int end = source.indexOf('}', at);
        if (!source.startsWith("{", at) || end < 0) throw new UnsupportedOperationException("the escape [\\" + letter + "]");
        if (ignoringCase) throw new UnsupportedOperationException("a property that ignores case");
        String name = source.substring(at + 1, end);
        at = end + 1;
        boolean negated = letter == 'P' ^ name.startsWith("^");
        java.append(negated ? "\\P{" : "\\p{").append(javaProperty(name.startsWith("^") ? name.substring(1) : name)).append('}');
    }

    /** General categories are written alike in both; scripts and the rest want an {@code Is} in Java. */
    private static String javaProperty(String name) {
        if (name.matches("[CLMNPSZ]|C[cfnos]|L[lmotu]|M[cen]|N[dlo]|P[cdefios]|S[ckmo]|Z[lps]")) return name;
        return switch (name) {
            case "Alpha" -> "IsAlphabetic";
            case "Digit" -> "Nd";
            case "Lower" -> "IsLowercase";
            case "Punct" -> "IsPunctuation";
            case "Space" -> "IsWhite_Space";
            case "Upper" -> "IsUppercase";
            default -> {
                try {
                    yield "Is" + Character.UnicodeScript.forName(name);
                } catch (IllegalArgumentException e) {
                    throw new UnsupportedOperationException("the property [" + name + "]");
                }
            }
        };
    }

    private void characterClass() {
        if (++classDepth > DEEPEST) throw new UnsupportedOperationException("more than " + DEEPEST + " classes in each other");
        java.append('[');
        if (source.startsWith("^", at)) java.append(source.charAt(at++));
        if (source.startsWith("]", at)) throw new UnsupportedOperationException("the class []");
        for (char c = next("["); c != ']'; c = next("[")) {
            switch (c) {
                case '[' -> {
                    if (source.startsWith(":", at)) throw new UnsupportedOperationException("the class [:");
                    characterClass();
                }
                case '\\' -> escapeInClass(next("\\"));
                case '-' -> {
                    if (ignoringCase) throw new UnsupportedOperationException("a range that ignores case");
                    java.append(c);
                }
                default -> plain(c);
            }
        }
        java.append(']');
        classDepth--;
    }

    private void escapeInClass(char c) {
        switch (c) {
            case 'w' -> java.append(WORD_IN_CLASS);
            case 'W' -> java.append("[^").append(WORD_IN_CLASS).append(']');
            case 'h' -> java.append(HEXADECIMAL);
            case 'H' -> java.append("[^").append(HEXADECIMAL).append(']');
            case 'b' -> java.append("\\x08");
            default -> escapeAnywhere(c);
        }
    }

    private void group() {
        java.append('(');
        if (!source.startsWith("?", at)) return;
        at++;
        for (String kind : new String[]{":", "=", "!", ">", "<=", "<!"}) {
            if (source.startsWith(kind, at)) {
                java.append('?').append(kind);
                at += kind.length();
                return;
            }
        }
        if (source.startsWith("i:", at) || source.startsWith("m:", at)) {
            ignoringCase |= source.charAt(at) == 'i';
            java.append(source.charAt(at) == 'i' ? "?i:" : "?s:"); // where a point is a line end too is Ruby's multi-line mode
            at += 2;
            return;
        }
        throw new UnsupportedOperationException("the group [(?" + source.substring(at, Math.min(at + 2, source.length())) + "]");
    }

    /** @return false when there is none here */
    private boolean quantifier(boolean ofGroup) {
        if (at == source.length()) return false;
        char c = source.charAt(at);
        if (c == '{') return interval(ofGroup);
        if (c != '*' && c != '+' && c != '?') return false;
        if (ofGroup && c != '?') throw unbounded();
        java.append(c);
        at++;
        if (source.startsWith("?", at) || source.startsWith("+", at)) java.append(source.charAt(at++));
        return true;
    }

    private boolean interval(boolean ofGroup) {
        int end = source.indexOf('}', at);
        String range = end < 0 ? "" : source.substring(at + 1, end);
        if (!range.matches("[0-9]+(,[0-9]*)?|,[0-9]+")) return false; // a brace and nothing more
        if (ofGroup && range.endsWith(",")) throw unbounded();
        if (ofGroup) repeat(range.substring(range.indexOf(',') + 1));
        java.append('{').append(range.startsWith(",") ? "0" : "").append(range).append('}');
        at = end + 1;
        boolean fixed = range.indexOf(',') < 0;
        if (source.startsWith("+", at) || fixed && source.startsWith("?", at))
            throw new UnsupportedOperationException("the quantifier [{" + range + "}" + source.charAt(at) + "]");
        if (source.startsWith("?", at)) java.append(source.charAt(at++));
        return true;
    }

    private void repeat(String most) {
        repeats *= most.length() > 3 ? MOST_REPEATS + 1 : Math.max(1, Integer.parseInt(most));
        if (repeats > MOST_REPEATS)
            throw new UnsupportedOperationException("a group that is repeated more than " + MOST_REPEATS + " times");
    }

    private char next(String after) {
        if (at == source.length()) throw new UnsupportedOperationException("[" + after + "] at the end");
        return source.charAt(at++);
    }

    private static UnsupportedOperationException unbounded() {
        return new UnsupportedOperationException("a group that is repeated without bound");
    }
}
