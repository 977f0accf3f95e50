package io.semanticsearch.embedding;

import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * That texts are to be cut into passages and embedded by passage.
 *
 * @param cut how they are cut
 * @param known for each text the {@link PassageHash}es of passages whose vectors the asker has; or nothing at all where it has none
 */
public record PassageOrder(PassageCut cut, List<Set<String>> known) {

    public PassageOrder {
        Objects.requireNonNull(cut, "cut");
        known = known.stream().allMatch(Set::isEmpty) ? List.of() : known.stream().map(Set::copyOf).toList();
    }

    /** Whether the asker has the vector of a passage of this text already. */
    public boolean knows(int text, String hash) {
        return !known.isEmpty() && known.get(text).contains(hash);
    }

    /** The same for some of the texts. */
    PassageOrder part(int from, int count) {
        return known.isEmpty() ? this : new PassageOrder(cut, known.subList(from, from + count));
    }
}
