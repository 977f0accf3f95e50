package io.semanticsearch.embedding.remote;

import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.Role;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * How much may be under way with one credential: so many requests at all, and so many calls of them at once, queries before documents.
 * Never blocks. Safe for many threads.
 */
final class CallGate {

    private final String subject;
    private final int maxRequests;
    private final int maxCalls;
    private final Deque<Runnable> queries = new ArrayDeque<>();
    private final Deque<Runnable> documents = new ArrayDeque<>();
    private int requests;
    private int calls;

    /** @param subject whom the calls go to, for messages */
    CallGate(String subject, int maxRequests, int maxCalls) {
        this.subject = subject;
        this.maxRequests = maxRequests;
        this.maxCalls = maxCalls;
    }

    /**
     * Lets a request in, or throws {@link EmbeddingException.Overloaded}.
     *
     * @return says, once, that the request has ended
     */
    synchronized Runnable admit() {
        if (requests == maxRequests) {
            throw new EmbeddingException.Overloaded("[" + requests + "] requests to " + subject
                    + " are under way or wait already; send fewer at a time, or raise the setting ["
                    + RemoteOptions.WAITING_REQUESTS_SETTING + "]");
        }
        requests++;
        return once(() -> {
            synchronized (this) {
                requests--;
            }
        });
    }

    /** Begins a call as soon as there is room for it; it gets what says, once, that it has ended. */
    void enter(Role role, Abort abort, Consumer<Runnable> call) {
        Runnable start = () -> call.accept(once(this::leave));
        Deque<Runnable> waiting = role == Role.QUERY ? queries : documents;
        synchronized (this) {
            waiting.add(start);
        }
        abort.add(() -> {
            synchronized (this) {
                waiting.remove(start);
            }
        });
        startWaiting();
    }

    int maxCalls() {
        return maxCalls;
    }

    private void leave() {
        synchronized (this) {
            calls--;
        }
        startWaiting();
    }

    private void startWaiting() {
        List<Runnable> started = new ArrayList<>();
        synchronized (this) {
            while (calls < maxCalls && !(queries.isEmpty() && documents.isEmpty())) {
                calls++;
                started.add(queries.isEmpty() ? documents.poll() : queries.poll());
            }
        }
        // Outside of the lock, for a call may end at once.
        started.forEach(Runnable::run);
    }

    private static Runnable once(Runnable action) {
        AtomicBoolean done = new AtomicBoolean();
        return () -> {
            if (done.compareAndSet(false, true)) action.run();
        };
    }
}
