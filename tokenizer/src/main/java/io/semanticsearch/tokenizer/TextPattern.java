package io.semanticsearch.tokenizer;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** What a {@code Split} or {@code Replace} looks for. Immutable and thread-safe. */
sealed interface TextPattern permits CharacterPattern, LiteralPattern, RegexPattern, WordPattern {

    Map<String, Function<FileSection, TextPattern>> BY_KEY = new TreeMap<>(Map.of(
            "Regex", TextPattern::readRegex,
            "String", LiteralPattern::read));

    /** Reads {@code {"String": "x"}} or {@code {"Regex": "x"}}. */
    static TextPattern read(FileSection section) {
        var keys = section.object().node().properties();
        if (keys.size() != 1) throw section.bad("has " + keys.size() + " entries, expected one of " + BY_KEY.keySet());
        String key = keys.iterator().next().getKey();
        return section.get(key).readAs(key, BY_KEY);
    }

    private static TextPattern readRegex(FileSection section) {
        TextPattern known = WordPattern.written(section.text());
        return known != null ? known : RegexPattern.read(section);
    }

    /** Takes the parts of a text in their order, each from the end of the one before it: together they are the whole text. */
    interface Parts {
        /** @param match whether the part is what was looked for, or what stands between; a match may be empty */
        void part(int from, int to, boolean match);

        /** Whether the rest does not matter. */
        boolean enough();
    }

    /** Looks through the part of {@code text} from {@code from} to {@code to}, which counts as a text of its own. */
    void divide(AlignedText text, int from, int to, Parts parts);

    /**
     * Whether no match goes across the place before this white space, where it follows a letter or digit, or depends on what is
     * beyond: then a long text can be cut there.
     */
    boolean keepsApart(char space);
}
