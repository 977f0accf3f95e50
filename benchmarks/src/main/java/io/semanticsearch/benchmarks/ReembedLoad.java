package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.benchmarks.EvaluationSet.Document;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;

/**
 * Searches and writes while a field moves to another model. A search counts as failed when it is not answered with ten hits of all
 * shards. One thread writes, so what the index should hold is known.
 */
final class ReembedLoad {
    private static final int SIZE = 10;
    private static final int SHOWN = 10;
    private static final int MOST_SHOWN = 400;

    private final String index;
    private final List<Document> documents;
    private final List<String> questions;
    private final List<Integer> ports;
    /** What each document should be; deleted ones are gone. */
    private final Map<String, Document> written = new ConcurrentHashMap<>();
    private final LongAdder queries = new LongAdder();
    private final LongAdder queryErrors = new LongAdder();
    private final LongAdder writes = new LongAdder();
    private final LongAdder writeErrors = new LongAdder();
    private final Queue<String> errors = new ConcurrentLinkedQueue<>();
    private volatile int node;
    private volatile boolean over;

    ReembedLoad(String index, List<Document> documents, List<String> questions, List<Integer> ports) {
        this.index = index;
        this.documents = documents;
        this.questions = questions;
        this.ports = List.copyOf(ports);
        documents.forEach(document -> written.put(document.id(), document));
    }

    List<Future<?>> start(ExecutorService threads, int searchers) {
        List<Future<?>> clients = new ArrayList<>();
        for (int i = 0; i < searchers; i++) {
            Random random = new Random(i);
            clients.add(threads.submit(() -> loop(random, this::search)));
        }
        Random random = new Random(-1);
        clients.add(threads.submit(() -> loop(random, this::write)));
        return clients;
    }

    /** Which node gets the requests from now on; returns when none is on its way through another. */
    void through(int other) throws InterruptedException {
        node = other;
        Thread.sleep(3_000);
    }

    void end() {
        over = true;
    }

    private interface Step {
        void take(Rest rest, Random random) throws IOException;
    }

    private Object loop(Random random, Step step) throws IOException, InterruptedException {
        while (!over) {
            int through = node;
            try (Rest rest = new Rest(ports.get(through))) {
                while (!over && node == through) {
                    step.take(rest, random);
                    Thread.sleep(10 + random.nextInt(30));
                }
            }
        }
        return null;
    }

    private void search(Rest rest, Random random) {
        String question = questions.get(random.nextInt(questions.size()));
        ObjectNode body = new Clause.Semantic(OptionalInt.empty()).search(question, SIZE);
        queries.increment();
        try {
            JsonNode answer = rest.call("POST", "/" + index + "/_search?allow_partial_search_results=false", body.toString());
            int hits = answer.at("/hits/hits").size();
            if (hits == SIZE && answer.at("/_shards/failed").asInt() == 0) return;
            failed(queryErrors, "[" + hits + "] hits, expected [" + SIZE + "]: " + answer.path("_shards"));
        } catch (IOException | BenchmarkException e) {
            failed(queryErrors, "search: " + e.getMessage());
        }
    }

    /** A document anew, its text alone, a new one, or one less. */
    private void write(Rest rest, Random random) {
        Document other = documents.get(random.nextInt(documents.size()));
        String id = documents.get(random.nextInt(documents.size())).id();
        Optional<Document> known = Optional.ofNullable(written.get(id));
        writes.increment();
        try {
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> put(rest, new Document(id, other.title(), other.text()));
                case 3 -> put(rest, new Document("new-" + writes.sum(), other.title(), other.text()));
                case 4 -> {
                    if (known.isPresent()) rest.call("DELETE", "/" + index + "/_doc/" + encoded(id), "");
                    written.remove(id);
                }
                default -> {
                    if (known.isEmpty()) return;
                    ObjectNode part = JsonNodeFactory.instance.objectNode();
                    part.putObject("doc").put(PassageIndex.TEXT, other.text());
                    // The job may write it at the same moment.
                    rest.call("POST", "/" + index + "/_update/" + encoded(id) + "?retry_on_conflict=10", part.toString());
                    written.put(id, new Document(id, known.get().title(), other.text()));
                }
            }
        } catch (IOException | BenchmarkException e) {
            failed(writeErrors, "write: " + e.getMessage());
        }
    }

    private void put(Rest rest, Document document) throws IOException {
        ObjectNode source = JsonNodeFactory.instance.objectNode().put(PassageIndex.TITLE, document.title()).put(PassageIndex.TEXT,
                document.text());
        rest.call("PUT", "/" + index + "/_doc/" + encoded(document.id()), source.toString());
        written.put(document.id(), document);
    }

    /** As a part of a path. */
    private static String encoded(String id) {
        return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private void failed(LongAdder counter, String reason) {
        counter.increment();
        if (errors.size() < SHOWN) errors.add(reason.substring(0, Math.min(MOST_SHOWN, reason.length())));
    }

    /** By id. */
    Map<String, Document> written() {
        return Map.copyOf(written);
    }

    long queries() {
        return queries.sum();
    }

    long queryErrors() {
        return queryErrors.sum();
    }

    long writes() {
        return writes.sum();
    }

    long writeErrors() {
        return writeErrors.sum();
    }

    /** The first of them. */
    List<String> errors() {
        return List.copyOf(errors);
    }
}
