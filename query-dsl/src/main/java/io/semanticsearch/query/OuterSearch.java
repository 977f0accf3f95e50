package io.semanticsearch.query;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.opensearch.common.logging.HeaderWarning;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.tasks.TaskId;

/**
 * The search that a clause is part of, as its coordinating node runs it. {@link OuterSearchFilter} puts it into the thread context, which
 * follows the search from thread to thread, because what a clause is given while it is rewritten knows no task.
 *
 * @param task the search's own
 * @param parent the task that it is part of, like that of deleting by query; not set where there is none. A request that goes through a
 *        search pipeline loses it
 * @param degraded why its answer is not the one that was asked for; what a sub-search has to say goes to the search that it serves
 * @param most how many hits it has, on all pages together, where its shards may find more
 */
record OuterSearch(TaskId task, TaskId parent, List<String> degraded, AtomicInteger most) {

    static final String KEY = "semantic_search.outer_search";

    /** @param served the search that this one serves; empty where it serves none */
    static OuterSearch of(TaskId task, TaskId parent, Optional<OuterSearch> served) {
        return new OuterSearch(task, parent, served.map(OuterSearch::degraded).orElseGet(CopyOnWriteArrayList::new),
                new AtomicInteger(Integer.MAX_VALUE));
    }

    /** Empty where no search runs, like in [_explain]. */
    static Optional<OuterSearch> in(ThreadContext context) {
        return Optional.ofNullable(context.getTransient(KEY));
    }

    /** Says, in a header and in the body of its answer, why the answer of the search that runs is not the one that was asked for. */
    static void degrade(ThreadContext context, String reason) {
        HeaderWarning.addWarning(reason);
        in(context).ifPresent(search -> search.degraded.add(reason));
    }
}
