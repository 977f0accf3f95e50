package io.semanticsearch.benchmarks;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What may be true of one document, as its only writer knows it: one state, until a write was not acknowledged; then with that write and
 * without it. Such a document is not written again, so that a write that arrives late cannot undo a later one. Of one thread.
 */
final class SoakRecord {
    private final String key;
    private final String index;
    private Optional<String> id;
    private Set<Optional<SoakDocument>> possible = Set.of(Optional.empty());
    private boolean certain = true;

    /** @param id empty until OpenSearch has made one */
    SoakRecord(String key, String index, Optional<String> id) {
        this.key = key;
        this.index = index;
        this.id = id;
    }

    String key() {
        return key;
    }

    String index() {
        return index;
    }

    Optional<String> id() {
        return id;
    }

    /** The states that the document may be in; an empty one: there is none. */
    Set<Optional<SoakDocument>> possible() {
        return possible;
    }

    boolean isCertain() {
        return certain;
    }

    boolean isThere() {
        return certain && possible.iterator().next().isPresent();
    }

    void acknowledged(SoakWrite write, String usedId) {
        Set<Optional<SoakDocument>> after = new LinkedHashSet<>();
        for (Optional<SoakDocument> state : possible) {
            // A state in which it would have been refused was not the true one.
            if (write.possibleOn(state)) after.add(write.after(state));
        }
        // Said yes to what cannot be: then a write was lost, which reading all documents will show.
        if (!after.isEmpty()) possible = after;
        id = Optional.of(usedId);
    }

    /** Failed, or the answer never came: it may have been done, or may be done yet. */
    void unknown(SoakWrite write) {
        Set<Optional<SoakDocument>> after = new LinkedHashSet<>(possible);
        for (Optional<SoakDocument> state : possible) after.add(write.after(state));
        possible = after;
        certain = false;
    }
}
