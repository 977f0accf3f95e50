package io.semanticsearch.embedding.remote;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Ends what one request still has under way, once. Safe for many threads. */
final class Abort {

    private final Set<Runnable> actions = new HashSet<>();
    private boolean aborted;

    /**
     * Has something done when it aborts, or at once when it did.
     *
     * @return takes that back
     */
    Runnable add(Runnable action) {
        synchronized (this) {
            if (!aborted) {
                actions.add(action);
                return () -> remove(action);
            }
        }
        action.run();
        return () -> {
        };
    }

    synchronized boolean isAborted() {
        return aborted;
    }

    void abort() {
        List<Runnable> now;
        synchronized (this) {
            aborted = true;
            now = List.copyOf(actions);
            actions.clear();
        }
        now.forEach(Runnable::run);
    }

    private synchronized void remove(Runnable action) {
        actions.remove(action);
    }
}
