package io.semanticsearch.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Where special tokens go round one text or between two. */
record Template(List<Piece> pieces) {

    static final Template SINGLE_BARE = new Template(List.of(new Sequence(Part.FIRST, 0)));
    static final Template PAIR_BARE = new Template(List.of(new Sequence(Part.FIRST, 0), new Sequence(Part.SECOND, 1)));

    sealed interface Piece permits Special, Sequence {
        int typeId();
    }

    /** A special token, which may have more than one id. */
    record Special(String token, List<Integer> ids, int typeId) implements Piece {
        static Special of(String token, int id, int typeId) {
            return new Special(token, List.of(id), typeId);
        }
    }

    /** The tokens of a text. */
    record Sequence(Part part, int typeId) implements Piece {}

    enum Part {
        FIRST, SECOND
    }

    Template {
        pieces = List.copyOf(pieces);
    }

    static Template of(Piece... pieces) {
        return new Template(List.of(pieces));
    }

    /** How often a text stands in this. */
    long count(Part part) {
        return pieces.stream().filter(p -> p instanceof Sequence s && s.part == part).count();
    }

    /** How many tokens this adds to those of the texts. */
    int added() {
        int added = 0;
        for (Piece piece : pieces) if (piece instanceof Special special) added += special.ids.size();
        return added;
    }

    Template withoutSpecial() {
        List<Piece> sequences = new ArrayList<>(pieces);
        sequences.removeIf(p -> p instanceof Special);
        return new Template(sequences);
    }

    /** With all tokens that were kept of a single text. */
    Encoding fill(Tokens only) {
        return fill(only, only.kept(), new Tokens(0, 0), 0);
    }

    /** @param keptFirst how many tokens of the first text are wanted; no more than it kept */
    Encoding fill(Tokens first, int keptFirst, Tokens second, int keptSecond) {
        int length = added() + keptFirst + keptSecond;
        int[] ids = new int[length];
        int[] typeIds = new int[length];
        int[] starts = new int[length];
        int[] ends = new int[length];
        boolean[] special = new boolean[length];
        int at = 0;
        for (Piece piece : pieces) {
            int begin = at;
            switch (piece) {
                case Special token -> {
                    for (int id : token.ids) {
                        special[at] = true;
                        ids[at++] = id;
                    }
                }
                case Sequence sequence -> {
                    Tokens tokens = sequence.part == Part.FIRST ? first : second;
                    int kept = sequence.part == Part.FIRST ? keptFirst : keptSecond;
                    tokens.copyIds(ids, at, kept);
                    tokens.copyOffsets(starts, ends, at, kept);
                    at += kept;
                }
            }
            if (piece.typeId() != 0) Arrays.fill(typeIds, begin, at, piece.typeId());
        }
        long total = (long) added() + first.count() + second.count();
        return new Encoding(ids, typeIds, starts, ends, special, (int) Math.min(total, Integer.MAX_VALUE));
    }
}
