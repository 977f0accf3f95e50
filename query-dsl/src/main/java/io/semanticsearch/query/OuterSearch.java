package io.semanticsearch.query;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.tasks.TaskId;

/**
 * The search that a clause is part of, as its coordinating node runs it. {@link OuterSearchFilter} puts it into the thread context, which
 * follows the search from thread to thread, because what a clause is given while it is rewritten knows no task.
 *
 * @param task the search's own
 * @param notes what its answer has to say besides its hits; a sub-search adds to those of its outer search
 * @param most how many hits it has, on all pages together, where its shards may find more
 */
record OuterSearch(TaskId task, List<String> notes, AtomicInteger most) {

    static final String KEY = "semantic_search.outer_search";

    /** @param notes of the search that this one serves; empty where it serves none */
    static OuterSearch of(TaskId task, Optional<OuterSearch> served) {
        return new OuterSearch(task, served.map(OuterSearch::notes).orElseGet(CopyOnWriteArrayList::new),
                new AtomicInteger(Integer.MAX_VALUE));
    }

    /** Empty where no search runs, like in [_explain]. */
    static Optional<OuterSearch> in(ThreadContext context) {
        return Optional.ofNullable(context.getTransient(KEY));
    }
}
