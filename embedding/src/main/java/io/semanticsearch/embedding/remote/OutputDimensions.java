package io.semanticsearch.embedding.remote;

import java.util.List;

/**
 * How many numbers the vectors of a model can have.
 *
 * @param standard when nothing is asked for
 * @param smallest that may be asked for
 * @param largest that may be asked for
 * @param listed the only ones that may be asked for, ascending; empty for all from {@code smallest} to {@code largest}
 */
record OutputDimensions(int standard, int smallest, int largest, List<Integer> listed) {

    OutputDimensions {
        listed = List.copyOf(listed);
        if (smallest < 1 || smallest > standard || standard > largest) {
            throw new IllegalArgumentException("dimensions [" + smallest + "], [" + standard + "], [" + largest
                    + "] of a model are expected to be positive and ascending");
        }
        if (!listed.isEmpty() && !listed.contains(standard)) {
            throw new IllegalArgumentException("[" + standard + "] dimensions are expected to be among " + listed);
        }
    }

    static OutputDimensions only(int standard) {
        return new OutputDimensions(standard, standard, standard, List.of());
    }

    static OutputDimensions between(int smallest, int standard, int largest) {
        return new OutputDimensions(standard, smallest, largest, List.of());
    }

    /** @param listed ascending */
    static OutputDimensions among(int standard, List<Integer> listed) {
        return new OutputDimensions(standard, listed.getFirst(), listed.getLast(), listed);
    }

    boolean isFixed() {
        return smallest == largest;
    }

    boolean allows(int dimensions) {
        return listed.isEmpty() ? dimensions >= smallest && dimensions <= largest : listed.contains(dimensions);
    }

    /** What follows "expected" in a message. */
    String expected() {
        if (isFixed()) return "[" + standard + "], or to leave it out";
        return listed.isEmpty() ? "[" + smallest + "] to [" + largest + "]" : "one of " + listed;
    }
}
