package io.semanticsearch.tokenizer;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Where a delimiter goes when a text is split at it. */
enum DelimiterBehavior {
    /** It is a word. */
    ISOLATED,
    /** Nowhere. */
    REMOVED,
    /** It is a word together with the delimiters that adjoin it. */
    CONTIGUOUS,
    /** It ends the word before it. */
    MERGED_WITH_PREVIOUS,
    /** It begins the word after it. */
    MERGED_WITH_NEXT;

    private static final Map<String, Function<FileSection, DelimiterBehavior>> BY_NAME = new TreeMap<>(Map.of(
            "Contiguous", _ -> CONTIGUOUS,
            "Isolated", _ -> ISOLATED,
            "MergedWithNext", _ -> MERGED_WITH_NEXT,
            "MergedWithPrevious", _ -> MERGED_WITH_PREVIOUS,
            "Removed", _ -> REMOVED));

    static DelimiterBehavior read(FileSection section) {
        return section.readAs(section.text(), BY_NAME);
    }

    /** @param left,right whether the parts there are delimiters */
    boolean cutsBetween(boolean left, boolean right) {
        return switch (this) {
            case ISOLATED, REMOVED -> true;
            case CONTIGUOUS -> left != right;
            case MERGED_WITH_PREVIOUS -> left || !right;
            case MERGED_WITH_NEXT -> right || !left;
        };
    }
}
