package io.semanticsearch.embedding.hub;

import io.semanticsearch.embedding.EmbeddingException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * Models of a Hugging Face endpoint, as copies on this disk: {@code FOLDER/ORGANIZATION/NAME/COMMIT/…}. What is on disk is served without
 * any request. What is not is fetched on the caller's thread; who asks for the same meanwhile waits for that. A repository is fetched by one
 * thread at a time.
 *
 * <p>Safe for many threads; at most one of them for a folder, in one process. To close it ends what is being fetched.
 */
public final class HubModels implements AutoCloseable {

    private final HubOptions options;
    private final HubClient client;
    private final LocalCopies copies;
    private final ConcurrentMap<String, HubDownload> running = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** @param folder where the copies are; need not exist yet */
    public HubModels(Path folder, HubOptions options) {
        this.options = options;
        this.client = new HubClient(options);
        this.copies = new LocalCopies(folder);
    }

    /** A copy that is complete on this disk; reads a few small files, makes no request. */
    public Optional<HubCopy> find(HubReference reference) {
        return copies.find(reference);
    }

    /**
     * A complete and checked copy, from disk or fetched now, which takes as long as it takes. A branch or a tag means what it meant when it
     * was first fetched, see {@link #refresh}. What was fetched of a copy that could not be completed is kept, and the next call goes on
     * from there.
     *
     * @param cancel ends this call when it completes, in any way; one for each call. Others who wait for the same go on
     * @throws EmbeddingException.BadRequest when there is no such repository, revision or file, this node may not read it, it is too large,
     *         it has no weights that can be read, or it is not on disk and no request may be made
     * @throws EmbeddingException.Unavailable when the endpoint cannot be reached, the disk is full, or this is closed
     * @throws EmbeddingException.BrokenModel when what comes is not what the repository lists
     * @throws CancellationException when cancelled, or interrupted, with the interrupt flag set
     */
    public HubCopy fetch(HubReference reference, CompletableFuture<?> cancel) {
        Optional<HubCopy> found = copies.find(reference);
        return found.isPresent() ? found.get() : download(reference, false, cancel);
    }

    /** Like {@link #fetch}, of what the branch or tag means now: asks the endpoint at least for that. */
    public HubCopy refresh(HubReference reference, CompletableFuture<?> cancel) {
        return reference.isCommit() ? fetch(reference, cancel) : download(reference, true, cancel);
    }

    /** How far the fetch of that is; empty when it is not being fetched. */
    public Optional<HubProgress> progress(HubReference reference) {
        return Optional.ofNullable(running.get(reference.repository())).filter(download -> download.reference().equals(reference))
                .map(HubDownload::progress);
    }

    @Override
    public void close() {
        closed = true;
        running.values().forEach(HubDownload::stop);
        client.close();
    }

    private HubCopy download(HubReference reference, boolean refresh, CompletableFuture<?> cancel) {
        if (options.offline()) {
            throw new EmbeddingException.BadRequest(
                    reference + " is not complete on this node, and this node makes no requests for models;"
                            + " allow them, or copy the model to the models folder and name that");
        }
        while (true) {
            if (closed) throw new EmbeddingException.Unavailable(reference + " cannot be fetched: this node is shutting down");
            HubDownload mine = new HubDownload(reference, options, client, copies);
            HubDownload others = running.putIfAbsent(reference.repository(), mine);
            if (others == null) return run(mine, refresh, cancel);
            await(others, cancel);
            if (!others.reference().equals(reference)) continue;
            CompletableFuture<HubCopy> result = others.result();
            if (result.state() == Future.State.SUCCESS) return result.resultNow();
            if (result.state() == Future.State.FAILED) throw EmbeddingException.of(result.exceptionNow());
            // Its caller gave up: now it is up to this one.
        }
    }

    private HubCopy run(HubDownload download, boolean refresh, CompletableFuture<?> cancel) {
        HubReference reference = download.reference();
        cancel.whenComplete((done, failure) -> download.stop());
        try {
            if (closed) download.stop();
            download.check();
            // Another thread may have completed it between the look at the disk and this.
            Optional<HubCopy> found = refresh ? Optional.empty() : copies.find(reference);
            String revision = refresh ? reference.revision() : copies.commit(reference).orElse(reference.revision());
            HubCopy copy = found.isPresent() ? found.get() : download.run(revision);
            // First this, so that who waits for the result finds the place free.
            running.remove(reference.repository(), download);
            download.result().complete(copy);
            return copy;
        } catch (Throwable e) {
            RuntimeException failure = failure(download, e);
            running.remove(reference.repository(), download);
            download.result().completeExceptionally(failure);
            throw failure;
        }
    }

    /** Whatever failed after the end was asked for, failed because of that. */
    private RuntimeException failure(HubDownload download, Throwable e) {
        try {
            download.check();
        } catch (CancellationException cancelled) {
            if (!closed) return cancelled;
            return new EmbeddingException.Unavailable(download.reference() + " cannot be fetched: this node is shutting down", e);
        }
        return EmbeddingException.of(e);
    }

    private static void await(HubDownload others, CompletableFuture<?> cancel) {
        try {
            // Only when they end matters here, not how.
            CompletableFuture.anyOf(others.result().handle((copy, failure) -> null), cancel.handle((done, failure) -> null))
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("the fetch was interrupted");
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing that is waited for here fails", e);
        }
        if (cancel.isDone() && !others.result().isDone()) throw new CancellationException("the fetch was cancelled");
    }
}
