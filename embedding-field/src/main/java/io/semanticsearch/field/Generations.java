package io.semanticsearch.field;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a field has besides the generation of vectors that serves: while it moves to another model the next one, which is being filled,
 * and afterwards those that served before. Documents may still hold vectors of these; they are not indexed and no error.
 */
public record Generations(Optional<FieldGeneration> next, List<FieldGeneration> previous) {

    /** Of a field that never moved. */
    public static final Generations NONE = new Generations(Optional.empty(), List.of());

    public Generations {
        previous = List.copyOf(previous);
    }

    /** All but the one that serves. */
    public Stream<FieldGeneration> others() {
        return Stream.concat(next.stream(), previous.stream());
    }

    boolean knows(String space) {
        return others().anyMatch(generation -> generation.space().equals(space));
    }

    /** Those of a field that moves on to its next generation and leaves this one behind. */
    Generations after(FieldGeneration left, String nowServing) {
        List<FieldGeneration> all = Stream.concat(previous.stream(), Stream.of(left))
                .filter(generation -> !generation.space().equals(nowServing)).distinct().toList();
        return new Generations(Optional.empty(), all);
    }

    /** The next one as a newer mapping says, and all that ever were before: documents may hold them whatever a mapping says now. */
    Generations updated(Generations newer, String serving) {
        List<FieldGeneration> all = Stream.concat(previous.stream(), newer.previous.stream())
                .filter(generation -> !generation.space().equals(serving)).distinct().toList();
        return new Generations(newer.next, all);
    }
}
