package io.semanticsearch.tokenizer;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Splits at punctuation characters only. */
record Punctuation(Behavior behavior) implements PreTokenizer {

    /** Where a punctuation character goes. */
    enum Behavior {
        /** It is a word. */
        ISOLATED,
        /** Nowhere. */
        REMOVED,
        /** It is a word together with its neighbours that are punctuation too. */
        CONTIGUOUS,
        /** It ends the word before it. */
        MERGED_WITH_PREVIOUS,
        /** It begins the word after it. */
        MERGED_WITH_NEXT
    }

    private static final Map<String, Function<FileSection, Behavior>> BEHAVIORS = new TreeMap<>(Map.of(
            "Contiguous", _ -> Behavior.CONTIGUOUS,
            "Isolated", _ -> Behavior.ISOLATED,
            "MergedWithNext", _ -> Behavior.MERGED_WITH_NEXT,
            "MergedWithPrevious", _ -> Behavior.MERGED_WITH_PREVIOUS,
            "Removed", _ -> Behavior.REMOVED));

    static Punctuation read(FileSection section) {
        FileSection behavior = section.get("behavior");
        return new Punctuation(behavior.absent() ? Behavior.ISOLATED : behavior.readAs(behavior.text(), BEHAVIORS));
    }

    @Override
    public void split(AlignedText text, int from, int to, Words words) {
        int word = from;
        boolean before = false; // whether the last character was punctuation
        int next;
        for (int i = from; i < to; i = next) {
            int c = text.codePointAt(i);
            next = i + Character.charCount(c);
            boolean now = CharacterKind.isPunctuation(c);
            if (word < i && cutsBetween(before, now)) {
                pass(text, word, i, before, words);
                word = i;
            }
            before = now;
        }
        if (word < to) pass(text, word, to, before, words);
    }

    @Override
    public boolean splitsAtSpaces() {
        return false;
    }

    /** @param left,right whether the character there is punctuation */
    private boolean cutsBetween(boolean left, boolean right) {
        return switch (behavior) {
            case ISOLATED, REMOVED -> left || right;
            case CONTIGUOUS -> left != right;
            case MERGED_WITH_PREVIOUS -> left;
            case MERGED_WITH_NEXT -> right;
        };
    }

    private void pass(AlignedText text, int from, int to, boolean punctuation, Words words) {
        if (!punctuation || behavior != Behavior.REMOVED) words.word(text, from, to);
    }
}
