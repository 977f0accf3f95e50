package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.benchmarks.BenchmarkNode.NodeChoice;
import io.semanticsearch.benchmarks.EvaluationSet.Document;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.Execution;
import io.semanticsearch.embedding.KeepAlive;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.embedding.LongText;
import io.semanticsearch.embedding.local.LocalModels;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Indexes the same documents with and without the embedding field, and embeds them without an index.
 *
 * @param count how many documents; empty for the corpus once
 * @param rounds how many rounds count
 * @param clients how many requests are sent at a time
 */
record Ingest(Path data, NodeChoice choice, OptionalInt count, int rounds, int clients) implements Measurement {
    static final List<String> OPTIONS = Stream.concat(Stream.of("--data", "--documents", "--rounds", "--clients"),
            NodeChoice.OPTIONS.stream()).toList();

    private static final int BULK = 500;
    private static final int MODEL_BATCH = 64;
    private static final String WITHOUT = "without_field";

    static Ingest of(CommandLine options) {
        return new Ingest(options.requiredFolder("--data"), NodeChoice.of(options), options.number("--documents"),
                options.number("--rounds", 7), options.number("--clients", 1));
    }

    @Override
    public ObjectNode run(PrintStream out) throws IOException {
        List<Document> documents = documents(new BeirFolder(data).read().documents());
        try (BenchmarkNode node = BenchmarkNode.start("ingest", choice, out); EmbeddingFunction function = open(node)) {
            Map<String, IngestFigures.Way> ways = ways(documents, node, function);
            IngestFigures measured = IngestFigures.measure(documents.size(), ways, rounds, out);
            ObjectNode figures = JsonNodeFactory.instance.objectNode()
                    .put("set", data.getFileName().toString())
                    .put("model", choice.model().name())
                    .put("documents", documents.size())
                    .put("bulk", BULK)
                    .put("clients", clients)
                    .put("rounds", rounds);
            measured.report(WITHOUT, figures, out);
            return figures;
        }
    }

    /** The corpus over and over, under ids of its own each time. */
    private List<Document> documents(List<Document> corpus) {
        List<Document> documents = new ArrayList<>();
        for (int i = 0; i < count.orElse(corpus.size()); i++) {
            Document document = corpus.get(i % corpus.size());
            documents.add(new Document(Integer.toString(i), document.title(), document.text()));
        }
        return documents;
    }

    /** The model of the node, in this process. */
    private EmbeddingFunction open(BenchmarkNode node) {
        return new LocalModels(MeasuredModel.models(node.home()))
                .open(new LocalModel(choice.model().reference(), OptionalInt.empty(),
                        LongText.TRUNCATE, Execution.AUTO, KeepAlive.DEFAULT, List.of()));
    }

    private Map<String, IngestFigures.Way> ways(List<Document> documents, BenchmarkNode node, EmbeddingFunction function) {
        List<String> texts = documents.stream().map(Document::embedded).toList();
        List<byte[]> bulks = PassageIndex.bulks(documents, BULK);
        List<byte[]> brought = PassageIndex.bulks(documents, vectors(function, texts), BULK);
        List<byte[]> requests = embedRequests(texts);
        PassageIndex index = new PassageIndex(node.rest(), "passages");
        Map<String, IngestFigures.Way> ways = new LinkedHashMap<>();
        ways.put(WITHOUT, () -> {
            index.createPlain(1);
            return filled(index, bulks, node);
        });
        ways.put("with_field", () -> {
            index.create(1, choice.model());
            return filled(index, bulks, node);
        });
        ways.put("vectors_brought", () -> {
            index.createWithoutModel(1, function.dimension());
            return filled(index, brought, node);
        });
        ways.put("api_embed", () -> Effort.of(node.pid(), () -> new Clients(clients).send(requests,
                body -> node.rest().send("POST", "/_plugins/_semantic/api/embed", body))));
        ways.put("model_in_process", () -> Effort.of(ProcessHandle.current().pid(), () -> embed(function, texts)));
        return ways;
    }

    /** Fills the index until all of it can be found, and deletes it, which is not timed. */
    private Effort filled(PassageIndex index, List<byte[]> bulks, BenchmarkNode node) throws IOException {
        Effort effort = Effort.of(node.pid(), () -> {
            new Clients(clients).send(bulks, bulk -> {
                index.add(bulk);
                return bulk.length;
            });
            index.refresh();
        });
        index.delete();
        return effort;
    }

    private List<byte[]> embedRequests(List<String> texts) {
        List<byte[]> requests = new ArrayList<>();
        for (List<String> batch : batches(texts, BULK)) {
            ObjectNode body = JsonNodeFactory.instance.objectNode().put("model", choice.model().id()).put("input_type",
                    "document");
            batch.forEach(body.putArray("input")::add);
            requests.add(body.toString().getBytes(StandardCharsets.UTF_8));
        }
        return requests;
    }

    /** On the thread of the caller. */
    private static List<Embedding> embed(EmbeddingFunction function, List<String> texts) {
        List<Embedding> rows = new ArrayList<>();
        for (List<String> batch : batches(texts, MODEL_BATCH)) rows.addAll(function.encodeDocuments(batch));
        return rows;
    }

    /** Base64 of little-endian float32, as documents bring them; empty for a text without a vector. */
    private static List<String> vectors(EmbeddingFunction function, List<String> texts) {
        return embed(function, texts).stream().map(row -> {
            if (!(row instanceof Embedding.Vector vector)) return "";
            ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * vector.values().length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(vector.values());
            return Base64.getEncoder().encodeToString(bytes.array());
        }).toList();
    }

    private static List<List<String>> batches(List<String> texts, int size) {
        List<List<String>> batches = new ArrayList<>();
        for (int from = 0; from < texts.size(); from += size)
            batches.add(texts.subList(from, Math.min(texts.size(), from + size)));
        return batches;
    }
}
