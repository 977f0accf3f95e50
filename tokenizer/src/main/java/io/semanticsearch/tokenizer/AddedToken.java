package io.semanticsearch.tokenizer;

import java.util.List;

/**
 * One of the {@code added_tokens} of a tokenizer.json: a text that is cut out whole before the model sees it.
 *
 * @param singleWord only where no letter or digit adjoins it
 * @param stripLeft  together with the white space before it
 * @param stripRight together with the white space after it
 * @param normalized looked for in the normalized text, itself normalized, and not in the original
 * @param special    such as {@code [SEP]}: has a meaning to the model that no user's text should carry
 */
record AddedToken(int id,
        String content,
        boolean singleWord,
        boolean stripLeft,
        boolean stripRight,
        boolean normalized,
        boolean special) {

    static List<AddedToken> readAll(FileSection section) {
        if (section.absent()) return List.of();
        return section.list().stream().map(AddedToken::read).filter(t -> !t.content.isEmpty()).toList();
    }

    private static AddedToken read(FileSection section) {
        section.object();
        return new AddedToken(section.get("id").count(), section.get("content").text(), section.get("single_word").flagOr(false),
                section.get("lstrip").flagOr(false), section.get("rstrip").flagOr(false), section.get("normalized").flagOr(false),
                section.get("special").flagOr(false));
    }
}
