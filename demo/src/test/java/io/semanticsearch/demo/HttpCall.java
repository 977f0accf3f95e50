package io.semanticsearch.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request as the docs show it: method and path on a line, the body below.
 *
 * @param body empty for none
 */
record HttpCall(String method, String path, String body) {

    private static final Pattern BLOCK = Pattern.compile("^```(\\w*)\\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern START = Pattern.compile("(?m)^(GET|PUT|POST|DELETE) (\\S+)$");

    /** The calls of a Markdown text, in its order; a block of a language shows what a test cannot call. */
    static List<HttpCall> in(String markdown) {
        List<HttpCall> calls = new ArrayList<>();
        Matcher block = BLOCK.matcher(markdown);
        while (block.find()) {
            if (!block.group(1).isEmpty()) continue;
            String text = block.group(2);
            Matcher start = START.matcher(text);
            List<Integer> starts = new ArrayList<>();
            while (start.find())
                starts.add(start.start());
            for (int i = 0; i < starts.size(); i++) {
                calls.add(of(text.substring(starts.get(i), i + 1 < starts.size() ? starts.get(i + 1) : text.length())));
            }
        }
        return calls;
    }

    private static HttpCall of(String text) {
        Matcher start = START.matcher(text);
        if (!start.find()) throw new IllegalArgumentException("no request: " + text);
        String path = start.group(2).startsWith("/") ? start.group(2) : "/" + start.group(2);
        String body = text.substring(start.end()).strip();
        // Bulk bodies end with a line break.
        return new HttpCall(start.group(1), path, body.isEmpty() ? "" : body + "\n");
    }
}
