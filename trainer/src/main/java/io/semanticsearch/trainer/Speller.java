package io.semanticsearch.trainer;

/**
 * Writes words as tokens with small faults: some words in parts although they are tokens, so that the parts learn what words mean, and some
 * with a typing error, so that a misspelt word is still near the right one.
 */
final class Speller {

    private static final int SHORTEST = 5;

    private final TrainingText text;
    private final WordPieces pieces;
    private final Spellings spellings;
    private final Spellings inParts;
    private final Recipe recipe;

    Speller(TrainingText text, WordPieces pieces, Recipe recipe, Shards shards) {
        this.text = text;
        this.pieces = pieces;
        this.recipe = recipe;
        this.spellings = Spellings.of(text, pieces, shards);
        this.inParts = Spellings.inParts(text, pieces, SHORTEST, shards);
    }

    Spellings spellings() {
        return spellings;
    }

    /** Adds the tokens of a word of a text that is found. */
    void plain(int word, Dice dice, IntList tokens) {
        if (dice.chance(recipe.split())) {
            inParts.append(word, tokens);
        } else {
            spellings.append(word, tokens);
        }
    }

    /** Adds the tokens of a word of a text that finds. */
    void query(int word, Dice dice, IntList tokens) {
        if (dice.chance(recipe.typo()) && text.words()[word].length() >= SHORTEST) {
            int[] ids = pieces.spell(mistyped(text.words()[word], dice));
            tokens.addAll(ids, 0, ids.length);
        } else {
            plain(word, dice, tokens);
        }
    }

    /** With two characters in the wrong order, one left out, or one twice. */
    static String mistyped(String word, Dice dice) {
        StringBuilder typed = new StringBuilder(word);
        // The first character is seldom wrong.
        int at = 1 + dice.below(word.length() - 1);
        switch (dice.below(3)) {
            case 0 -> typed.deleteCharAt(at);
            case 1 -> typed.insert(at, typed.charAt(at));
            default -> {
                if (at + 1 < word.length()) {
                    char c = typed.charAt(at);
                    typed.setCharAt(at, typed.charAt(at + 1));
                    typed.setCharAt(at + 1, c);
                } else {
                    typed.deleteCharAt(at);
                }
            }
        }
        return typed.toString();
    }
}
