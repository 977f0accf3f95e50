package io.semanticsearch.embedding.remote;

import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** The calls of one request, a few at the same time. */
final class CallLanes<C> {

    private final List<C> calls;
    private final Function<C, CompletableFuture<List<Embedding>>> send;
    private final List<List<Embedding>> done;
    private final AtomicInteger next = new AtomicInteger();

    private CallLanes(List<C> calls, Function<C, CompletableFuture<List<Embedding>>> send) {
        this.calls = calls;
        this.send = send;
        this.done = new ArrayList<>(Collections.nCopies(calls.size(), null));
    }

    /**
     * Sends all calls and puts together what they bring, in their order. The first failure is that of all: what the others would bring is
     * of no use any more.
     *
     * @param most how many are sent at the same time
     */
    static <C> CompletableFuture<List<Embedding>> send(List<C> calls,
            int most,
            Function<C, CompletableFuture<List<Embedding>>> send) {
        return new CallLanes<>(calls, send).run(most);
    }

    private CompletableFuture<List<Embedding>> run(int most) {
        List<CompletableFuture<Void>> lanes = new ArrayList<>();
        for (int i = 0; i < Math.min(calls.size(), most); i++) {
            lanes.add(lane());
        }
        CompletableFuture<List<Embedding>> all = new CompletableFuture<>();
        lanes.forEach(lane -> lane.exceptionally(failure -> {
            all.completeExceptionally(EmbeddingException.of(failure));
            return null;
        }));
        CompletableFuture.allOf(lanes.toArray(CompletableFuture[]::new))
                .thenRun(() -> all.complete(done.stream().flatMap(List::stream).toList()));
        return all;
    }

    /** Sends one call after the other, as long as there are any. */
    private CompletableFuture<Void> lane() {
        int index = next.getAndIncrement();
        if (index >= calls.size()) return CompletableFuture.completedFuture(null);
        return send.apply(calls.get(index)).thenCompose(embeddings -> {
            synchronized (done) {
                done.set(index, embeddings);
            }
            return lane();
        });
    }
}
