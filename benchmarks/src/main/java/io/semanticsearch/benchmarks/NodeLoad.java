package io.semanticsearch.benchmarks;

import io.semanticsearch.benchmarks.EvaluationSet.Document;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.EmbeddingWorkers;
import io.semanticsearch.embedding.QueueBounds;
import io.semanticsearch.embedding.Role;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** Bulks and searches for a node, and the same texts for its model without a node, on as many threads as the node has for documents. */
final class NodeLoad implements AutoCloseable {
    private static final int BULK = 100;
    private static final int BULKS_AT_A_TIME = 2;
    private static final int QUERIES = 300;
    private static final int TURN = 100;
    private static final int WARM_UP = 600;
    private static final int SIZE = 10;
    private static final QueueBounds BOUNDS = new QueueBounds(1 << 26, 1 << 24);

    private final PassageIndex index;
    private final MeasuredModel model;
    private final EmbeddingFunction function;
    private final List<Document> documents = new ArrayList<>();
    private final List<String> questions;
    private final EmbeddingWorkers workers = new EmbeddingWorkers(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), 0,
            BOUNDS);
    private int asked;

    NodeLoad(BenchmarkNode node, MeasuredModel model, EmbeddingFunction function, EnglishText text, int count) {
        this.index = new PassageIndex(node.rest(), "passages");
        this.model = model;
        this.function = function;
        List<String> paragraphs = text.paragraphs(count);
        for (int i = 0; i < count; i++) documents.add(new Document(Integer.toString(i), "", paragraphs.get(i)));
        // No two are the same, for the vector of a text that was asked before is in the query cache.
        this.questions = text.questions(2 * (WARM_UP + QUERIES) + 2 * QUERIES);
    }

    /** Documents a second, the best round of each, and the median of the ratios of each round. */
    record Bulks(double alone, double indexed, double ratio) {}

    Bulks bulks(int rounds) throws IOException {
        List<byte[]> bodies = PassageIndex.bulks(documents, BULK);
        double[] ratios = new double[rounds];
        double alone = 0;
        double indexed = 0;
        for (int round = -1; round < rounds; round++) {
            double aloneNow = perSecond(this::embedAll);
            index.create(1, model);
            double indexedNow = perSecond(() -> new Clients(BULKS_AT_A_TIME).send(bodies, this::add));
            index.delete();
            if (round < 0) continue;
            alone = Math.max(alone, aloneNow);
            indexed = Math.max(indexed, indexedNow);
            ratios[round] = indexedNow / aloneNow;
        }
        return new Bulks(alone, indexed, new Latencies(ratios).median());
    }

    /** Milliseconds, medians. */
    record Queries(double text, double vector, double embedding) {}

    /**
     * Fills the index, and searches it by text, and by vectors that are made just before. By turns and for a while each, because a node
     * embeds as the load of a while tells it, and each question once, because whoever comes second finds the nearest documents in the
     * processor's caches.
     */
    Queries queries() throws IOException {
        index.create(1, model);
        for (byte[] bulk : PassageIndex.bulks(documents, BULK)) add(bulk);
        index.refresh();
        Map<String, float[]> vectors = new HashMap<>();
        Clause text = new Clause.Semantic(OptionalInt.empty());
        Clause vector = new Clause.Nearest(vectors);
        double[][] millis = new double[3][QUERIES];
        for (int turn = -WARM_UP; turn < QUERIES; turn += TURN) {
            // What warms up is written over.
            int from = Math.max(0, turn);
            for (int i = from; i < from + TURN; i++) millis[0][i] = index.ask(text, next(), SIZE).roundTripMillis();
            for (int i = from; i < from + TURN; i++) {
                String question = next();
                long start = System.nanoTime();
                Embedding embedding = embed(question);
                millis[2][i] = (System.nanoTime() - start) / 1e6;
                vectors.put(question, ((Embedding.Vector) embedding).values());
                millis[1][i] = index.ask(vector, question, SIZE).roundTripMillis();
            }
        }
        return new Queries(new Latencies(millis[0]).median(), new Latencies(millis[1]).median(),
                new Latencies(millis[2]).median());
    }

    /** As a node does it, on as many threads. */
    private Embedding embed(String question) {
        List<String> texts = List.of(question);
        List<Embedding> embeddings = function.isImmediate()
                ? function.encodeQueries(texts)
                : workers.embed(Role.QUERY, texts, () -> new OpenFunction(function)).join();
        return embeddings.getFirst();
    }

    /** Round trips of searches that nobody asked before. */
    Latencies textQueries() throws IOException {
        Clause text = new Clause.Semantic(OptionalInt.empty());
        double[] millis = new double[QUERIES];
        for (int i = 0; i < QUERIES; i++) millis[i] = index.ask(text, next(), SIZE).roundTripMillis();
        return new Latencies(millis);
    }

    /** The same while the documents are written again and again. */
    Latencies textQueriesDuringBulks() throws IOException {
        List<byte[]> bodies = PassageIndex.bulks(documents, BULK);
        AtomicBoolean done = new AtomicBoolean();
        PassageIndex other = new PassageIndex(index.rest(), "written");
        other.create(1, model);
        try (ExecutorService writers = Executors.newFixedThreadPool(BULKS_AT_A_TIME)) {
            List<Future<?>> running = new ArrayList<>();
            for (int writer = 0; writer < BULKS_AT_A_TIME; writer++) {
                int first = writer;
                running.add(writers.submit(() -> {
                    for (int i = first; !done.get(); i += BULKS_AT_A_TIME) other.add(bodies.get(i % bodies.size()));
                    return null;
                }));
            }
            Latencies latencies;
            try {
                latencies = textQueries();
            } finally {
                done.set(true);
            }
            for (Future<?> writer : running) writer.get();
            return latencies;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("interrupted", e);
        } catch (ExecutionException e) {
            throw new BenchmarkException("a bulk failed: " + e.getCause(), e);
        } finally {
            other.delete();
        }
    }

    private String next() {
        return questions.get(asked++ % questions.size());
    }

    private byte[] add(byte[] bulk) throws IOException {
        index.add(bulk);
        return bulk;
    }

    private double perSecond(Effort.Work work) throws IOException {
        long start = System.nanoTime();
        work.run();
        return documents.size() * 1e9 / (System.nanoTime() - start);
    }

    /** As many texts at a time as the bulks have. */
    private void embedAll() {
        List<CompletableFuture<List<Embedding>>> running = new ArrayList<>();
        for (int from = 0; from < documents.size(); from += BULK) {
            List<String> texts = documents.subList(from, Math.min(documents.size(), from + BULK)).stream().map(Document::embedded)
                    .toList();
            running.add(workers.embed(Role.DOCUMENT, texts, () -> new OpenFunction(function)));
            if (running.size() >= BULKS_AT_A_TIME) running.get(running.size() - BULKS_AT_A_TIME).join();
        }
        running.forEach(CompletableFuture::join);
    }

    @Override
    public void close() {
        workers.close();
    }
}
