package io.semanticsearch.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Inputs that are almost right: a valid one with a few things changed. The same seed makes the same inputs. With
 * {@code -Dfuzz.inputs=1000000} a test tries as many, with {@code -Dfuzz.seed=7} others.
 */
public final class Mutations {

    private static final Pattern TOKEN = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|[-+.\\w]+|[\\[\\]{}:,]");
    private static final List<String> ODD = List.of("null", "true", "false", "0", "-1", "1", "-0.0", "1e308", "1e-400", "1e999",
            "NaN",
            "2147483647", "2147483648", "-2147483649", "9223372036854775808", "123456789012345678901234567890", "0.1", "\"\"",
            "\" \"",
            "\"0\"", "\"NaN\"", "\"\\u0000\"", "\"\\ud83d\"", "\"é\"", "\"AAAA\"", "\"AAAAAA==\"", "\"..\"", "\"/etc/passwd\"",
            "[]", "{}", "[[]]",
            "[null]", "[1,2]", "{\"\":null}", "{\"a\":{}}", "[[[[[[[[1]]]]]]]]", "[", "]", "{", "}", ",", ":",
            "[".repeat(2_000) + "]".repeat(2_000), "{\"a\":".repeat(300) + "1" + "}".repeat(300), "9".repeat(1_500),
            "\"" + "x ".repeat(3_000) + "\"", "\"" + "a/".repeat(20_000) + "\"");
    private static final int MOST_CHANGES = 4;

    private final Random random;

    /** @param salt tells tests apart that would else try the same changes */
    public Mutations(long salt) {
        this.random = new Random(31 * Long.getLong("fuzz.seed", 1) + salt);
    }

    /** How many inputs to try. */
    public static int inputs(int unlessSaid) {
        return Integer.getInteger("fuzz.inputs", unlessSaid);
    }

    /** JSON, or almost: values and tokens are replaced, left out, doubled, exchanged; now and then single characters. */
    public String ofJson(String valid) {
        if (random.nextInt(8) == 0) return new String(ofBytes(valid.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
        List<String> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(valid);
        while (matcher.find())
            tokens.add(matcher.group());
        for (int change = 1 + random.nextInt(MOST_CHANGES); change > 0 && !tokens.isEmpty(); change--) {
            int at = random.nextInt(tokens.size());
            int other = random.nextInt(tokens.size());
            String odd = ODD.get(random.nextInt(ODD.size()));
            switch (random.nextInt(9)) {
                case 0 -> tokens.set(at, odd);
                case 1, 2 -> replace(tokens, at, List.of(odd));
                case 3 -> replace(tokens, at, List.copyOf(tokens.subList(other, end(tokens, other))));
                case 4 -> removeMember(tokens, at);
                case 5 -> tokens.set(at, tokens.get(other));
                case 6 -> tokens.remove(at);
                case 7 -> tokens.add(at, tokens.get(other));
                default -> tokens.addAll(at, List.copyOf(tokens.subList(Math.min(at, other), Math.max(at, other))));
            }
        }
        return String.join(" ", tokens);
    }

    /** Where the value ends that begins at a token: behind its last bracket, or behind the token itself. */
    private static int end(List<String> tokens, int from) {
        int depth = 0;
        for (int i = from; i < tokens.size(); i++) {
            switch (tokens.get(i)) {
                case "[", "{" -> depth++;
                case "]", "}" -> depth--;
                default -> {
                }
            }
            if (depth <= 0) return i + 1;
        }
        return tokens.size();
    }

    private static void replace(List<String> tokens, int at, List<String> value) {
        tokens.subList(at, end(tokens, at)).clear();
        tokens.addAll(at, value);
    }

    /** Leaves out a value, with its key and a comma beside it, so that what stays is JSON. */
    private static void removeMember(List<String> tokens, int at) {
        int from = at >= 2 && tokens.get(at - 1).equals(":") ? at - 2 : at;
        int to = end(tokens, at);
        if (from > 0 && tokens.get(from - 1).equals(",")) {
            from--;
        } else if (to < tokens.size() && tokens.get(to).equals(",")) {
            to++;
        }
        tokens.subList(from, to).clear();
    }

    /** Bytes: bits flip, parts are left out, doubled, filled with extremes. */
    public byte[] ofBytes(byte[] valid) {
        byte[] bytes = valid.clone();
        for (int change = 1 + random.nextInt(MOST_CHANGES); change > 0 && bytes.length > 0; change--) {
            int at = random.nextInt(bytes.length);
            int length = Math.min(bytes.length - at, 1 + random.nextInt(16));
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2 -> bytes = Arrays.copyOf(bytes, at);
                case 3 -> bytes = joined(bytes, 0, at, bytes, at + length, bytes.length);
                case 4 -> bytes = joined(bytes, 0, at + length, bytes, at, bytes.length);
                default -> Arrays.fill(bytes, at, at + length, (byte) (random.nextBoolean() ? 0xff : 0x7f));
            }
        }
        return bytes;
    }

    /** One of several. */
    public <T> T of(List<T> valid) {
        return valid.get(random.nextInt(valid.size()));
    }

    private static byte[] joined(byte[] first, int from, int to, byte[] second, int secondFrom, int secondTo) {
        byte[] all = Arrays.copyOf(Arrays.copyOfRange(first, from, to), to - from + secondTo - secondFrom);
        System.arraycopy(second, secondFrom, all, to - from, secondTo - secondFrom);
        return all;
    }
}
