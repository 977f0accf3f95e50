package io.semanticsearch.ingest;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.action.get.GetResponse;
import org.opensearch.action.get.MultiGetItemResponse;
import org.opensearch.action.get.MultiGetRequest;
import org.opensearch.action.get.MultiGetResponse;
import org.opensearch.action.support.ListenerTimeouts;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.concurrency.OpenSearchRejectedExecutionException;

import org.opensearch.ingest.IngestDocument;
import org.opensearch.ingest.IngestDocument.Metadata;
import org.opensearch.search.fetch.subphase.FetchSourceContext;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.client.Client;

/**
 * Reads what stands at the places of documents that are about to be written: their embedding fields and nothing else, so that the vectors
 * of texts that stay need not be made again.
 *
 * <p>Read for the plugin itself: who may write needs no right to read for it, and nothing of what is read reaches a document but the vector
 * that its model would make of its own text. It does not matter that somebody else may write the document between this look and the write:
 * a vector goes with a text, not with a version of a document.
 *
 * <p>Whatever goes wrong, the texts are embedded as if nothing had been found. Safe for many threads.
 */
public final class FormerDocuments {

    private static final Logger logger = LogManager.getLogger(FormerDocuments.class);

    /** Documents asked for at a time. */
    private static final int MOST = 128;
    private static final int AT_FIRST = 16;
    /** What an answer should hold at most: passages of long texts are megabytes a document, so sizes are learnt from one answer to the next. */
    private static final long ANSWER_BYTES = 4 << 20;
    /** A shard that takes longer is in no state to be asked; embedding goes on without. */
    private static final TimeValue PATIENCE = TimeValue.timeValueSeconds(5);

    private final Supplier<Client> client;
    private final Function<DocumentAddress, Optional<DocumentAddress>> located;
    private final Predicate<String> worthwhile;
    private final TimeValue patience;

    /**
     * @param located the place of a document by the name of the index and the routing that its request gives; empty where nothing can
     *        stand
     * @param worthwhile whether looking may be cheaper than having this model embed, as things are for the calling thread
     */
    public FormerDocuments(
            Supplier<Client> client,
            Function<DocumentAddress, Optional<DocumentAddress>> located,
            Predicate<String> worthwhile) {
        this(client, located, worthwhile, PATIENCE);
    }

    FormerDocuments(
            Supplier<Client> client,
            Function<DocumentAddress, Optional<DocumentAddress>> located,
            Predicate<String> worthwhile,
            TimeValue patience) {
        this.client = client;
        this.located = located;
        this.worthwhile = worthwhile;
        this.patience = patience;
    }

    /**
     * A document to be read.
     *
     * @param paths the fields that are wanted
     * @param found takes the fields if they are there, on a thread of the node, before the reading is over
     */
    record Wanted(DocumentAddress address, Set<String> paths, Consumer<Map<String, Object>> found) {}

    boolean isWorthwhile(String model) {
        return worthwhile.test(model);
    }

    /** Where a document would stand that another one may stand at; empty for one whose id is still to be made. */
    Optional<DocumentAddress> addressOf(IngestDocument document) {
        Map<String, Object> metadata = document.getSourceAndMetadata();
        if (!(metadata.get(Metadata.INDEX.getFieldName()) instanceof String index)
                || !(metadata.get(Metadata.ID.getFieldName()) instanceof String id)) {
            return Optional.empty();
        }
        String routing = metadata.get(Metadata.ROUTING.getFieldName()) instanceof String text ? text : null;
        try {
            return CreatedDocuments.isCreated(client.get().threadPool().getThreadContext(), id)
                    ? Optional.empty()
                    : located.apply(new DocumentAddress(index, id, routing));
        } catch (RuntimeException e) {
            // A name or a routing that cannot be written to, which the write will say.
            return Optional.empty();
        }
    }

    /**
     * Reads documents, a batch after the other.
     *
     * @return completes only normally, once all were asked for or reading was given up, on a thread of the node in the caller's context
     */
    CompletableFuture<Void> read(Collection<Wanted> documents) {
        Reading reading = new Reading(client.get(), patience, new ArrayDeque<>(documents));
        reading.next(AT_FIRST);
        return reading.done;
    }

    /** The documents of one bulk; one batch is under way at a time. */
    private static final class Reading {

        private final Client client;
        private final TimeValue patience;
        private final Queue<Wanted> waiting;
        private final Supplier<ThreadContext.StoredContext> callersContext;
        private final CompletableFuture<Void> done = new CompletableFuture<>();

        private Reading(Client client, TimeValue patience, Queue<Wanted> waiting) {
            this.client = client;
            this.patience = patience;
            this.waiting = waiting;
            this.callersContext = client.threadPool().getThreadContext().newRestorableContext(false);
        }

        private void next(int most) {
            Wanted[] batch = new Wanted[Math.min(most, waiting.size())];
            MultiGetRequest request = new MultiGetRequest();
            for (int i = 0; i < batch.length; i++) {
                Wanted wanted = waiting.remove();
                batch[i] = wanted;
                DocumentAddress address = wanted.address;
                request.add(new MultiGetRequest.Item(address.index(), address.id()).routing(address.routing())
                        .fetchSourceContext(new FetchSourceContext(true, wanted.paths.toArray(String[]::new), null)));
            }
            ThreadPool threads = client.threadPool();
            try (ThreadContext.StoredContext _ = threads.getThreadContext().stashContext()) {
                client.multiGet(request, ListenerTimeouts.wrapWithTimeout(threads, ActionListener.wrap(
                        answer -> goOn(() -> take(batch, answer)), failure -> goOn(() -> giveUp(failure))), patience,
                        ThreadPool.Names.GENERIC, "reading documents that are indexed over"));
            } catch (RuntimeException e) {
                giveUp(e);
            }
        }

        /** Answers come on the threads of the network, which others wait for. */
        private void goOn(Runnable step) {
            try {
                client.threadPool().generic().execute(() -> {
                    try (ThreadContext.StoredContext _ = callersContext.get()) {
                        step.run();
                    }
                });
            } catch (OpenSearchRejectedExecutionException e) {
                // The node is shutting down.
                giveUp(e);
            }
        }

        private void take(Wanted[] batch, MultiGetResponse answer) {
            long bytes = 0;
            MultiGetItemResponse[] items = answer.getResponses();
            for (int i = 0; i < items.length; i++) {
                try {
                    bytes += take(batch[i], items[i]);
                } catch (RuntimeException e) {
                    logger.debug("document [{}] is embedded anew", batch[i].address, e);
                }
            }
            if (waiting.isEmpty()) {
                done.complete(null);
            } else {
                next(Math.clamp(ANSWER_BYTES * items.length / Math.max(1, bytes), 1, MOST));
            }
        }

        private static long take(Wanted wanted, MultiGetItemResponse item) {
            if (item.isFailed()) {
                logger.debug("document [{}] is embedded anew: {}", wanted.address, item.getFailure().getMessage());
                return 0;
            }
            GetResponse document = item.getResponse();
            if (!document.isExists() || document.isSourceEmpty()) return 0;
            long bytes = document.getSourceInternal().length();
            wanted.found.accept(document.getSourceAsMap());
            return bytes;
        }

        private void giveUp(Exception failure) {
            logger.debug("[{}] documents and more are embedded anew", waiting.size(), failure);
            done.complete(null);
        }
    }
}
