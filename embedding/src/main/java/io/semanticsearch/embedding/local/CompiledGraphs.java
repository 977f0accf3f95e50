package io.semanticsearch.embedding.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.onnx.graph.Compilation;
import io.semanticsearch.onnx.graph.EncoderCompiler;
import io.semanticsearch.onnx.graph.EncoderOptions;
import io.semanticsearch.onnx.graph.EncoderSource;
import io.semanticsearch.onnx.graph.Pooling;
import io.semanticsearch.onnx.graph.Precision;
import io.semanticsearch.onnx.proto.BrokenModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * The graphs that were compiled of transformers on this machine, each in a folder named by the content that it was made of, so that a
 * model is compiled and checked once. A folder appears whole or not at all; several processes may share the place.
 *
 * <p>A compiled graph is used only when its vectors are close to those of the graph that came with the model.
 */
final class CompiledGraphs {

    private static final String GRAPH = "model.onnx";
    /** For short passes, where another graph is faster for them. */
    private static final String SHORT = "short.onnx";
    private static final String REPORT = "report.json";
    /** In the report: whether there can be one for short passes. */
    static final String DIFFERS_FOR_SHORT = "differs_for_short_passes";
    /** Both graphs compute with the same eight bits; what remains is rounding. */
    private static final double LEAST_FOR_SHORT = 0.999;
    private static final String UNFINISHED = ".unfinished-";
    private static final Duration UNFINISHED_FOR = Duration.ofHours(6);
    private static final Duration UNUSED_FOR = Duration.ofDays(60);
    private static final ObjectMapper JSON = new ObjectMapper();
    // The larger the weights that a pass reads from memory, by hidden size or by precision, the more tokens it needs to be worth it.
    private static final int SMALL_HIDDEN = 512;
    private static final int SMALL_INT8_PASS = 256;
    private static final int SMALL_FP32_PASS = 384;
    private static final int LARGE_PASS = 512;

    private final Path folder;
    private final ConcurrentMap<String, Object> beingMade = new ConcurrentHashMap<>();
    private final AtomicBoolean cleaned = new AtomicBoolean();

    /** @param folder where they are kept; made when first needed */
    CompiledGraphs(Path folder) {
        this.folder = folder;
    }

    /**
     * What to compile.
     *
     * @param model as its user wrote it, for messages
     * @param revision of its files
     * @param place its transformer's folder
     * @param weights relative to that: safetensors or ONNX
     * @param original the graph that came with the model
     * @param tokens how many ids its tokenizer has
     * @param pooling of the vectors of tokens, to be done by the graph
     * @param comparedOn the kind of device that what is compiled runs on, {@code cpu} or {@code gpu}: what is close to the original on one
     *        need not be so on another
     */
    record Source(String model,
            String revision,
            Path place,
            String weights,
            Optional<Path> original,
            int tokens,
            Pooling pooling,
            String comparedOn) {}

    /** Runs the probe texts through a graph. */
    @FunctionalInterface
    interface Probe {

        /** @return of each probe text its pooled vector */
        List<float[]> vectors(Path graph, String precision);
    }

    /**
     * The graph to run; compiled now if that was not done before.
     *
     * @param wanted one that is less exact gives way to fp32 where its vectors are too far from the original's
     */
    PreparedGraph prepare(Source source, Precision wanted, Probe probe) {
        String key = String.join("-", source.revision, wanted.name().toLowerCase(Locale.ROOT), source.comparedOn,
                source.pooling.name().toLowerCase(Locale.ROOT),
                Integer.toString(EncoderCompiler.VERSION));
        // One at a time for each, because a second would do the same work.
        synchronized (beingMade.computeIfAbsent(key, k -> new Object())) {
            try {
                Files.createDirectories(folder);
                if (cleaned.compareAndSet(false, true)) clean();
                Path made = folder.resolve(key);
                Optional<JsonNode> report = report(made);
                if (report.isEmpty()) {
                    make(source, wanted, probe, made);
                    report = report(made);
                }
                return read(source, made, report.orElseThrow(() -> new IOException("[" + made + "] is damaged; delete it")));
            } catch (BrokenModelException e) {
                throw new EmbeddingException.BrokenModel("model [" + source.model + "]: " + e.getMessage(), e);
            } catch (IOException e) {
                throw new EmbeddingException.Unavailable("model [" + source.model + "] could not be compiled into [" + folder
                        + "]: " + e + "; see that there is space and that the node may write there", e);
            } finally {
                beingMade.remove(key);
            }
        }
    }

    /**
     * The graph to run where a pass is one search text; compiled now if that was not done before. The same as for all passes where no other is
     * faster, or where it cannot be made.
     *
     * @param graph what {@link #prepare} gave for this source
     */
    Path forShortPasses(Source source, PreparedGraph graph, Probe probe) {
        Path made = graph.file().getParent();
        Path file = made.resolve(SHORT);
        synchronized (beingMade.computeIfAbsent(file.toString(), k -> new Object())) {
            try {
                if (Files.isRegularFile(file)) return file;
                boolean differs = folder.equals(made.getParent())
                        && report(made).map(json -> json.path(DIFFERS_FOR_SHORT).asBoolean()).orElse(false);
                return differs && makeForShortPasses(source, graph, probe, file) ? file : graph.file();
            } catch (IOException e) {
                // A query takes a little longer with the other one.
                return graph.file();
            } finally {
                beingMade.remove(file.toString());
            }
        }
    }

    private boolean makeForShortPasses(Source source, PreparedGraph graph, Probe probe, Path target) throws IOException {
        Path work = Files.createDirectory(folder.resolve(UNFINISHED + UUID.randomUUID()));
        try {
            EncoderOptions options = new EncoderOptions(Precision.INT8, source.pooling, false).forShortPasses();
            Compilation compilation = EncoderCompiler.compile(new EncoderSource(source.place, source.weights), options,
                    work.resolve(SHORT));
            if (!(compilation instanceof Compilation.Compiled compiled)) return false;
            double cosine = CheckedCompilation.leastCosine(probe.vectors(compiled.file(), graph.precision()),
                    probe.vectors(graph.file(), graph.precision()));
            if (cosine < LEAST_FOR_SHORT) return false;
            Files.move(compiled.file(), target, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } finally {
            delete(work);
        }
    }

    private void make(Source source, Precision wanted, Probe probe, Path target) throws IOException {
        Path work = Files.createDirectory(folder.resolve(UNFINISHED + UUID.randomUUID()));
        try {
            ObjectNode report = new CheckedCompilation(source, probe, work, GRAPH).make(wanted);
            Files.write(work.resolve(REPORT), JSON.writeValueAsBytes(report));
            // Another process may have been faster; it made the same, and may be opening it.
            if (report(target).isPresent()) return;
            try {
                // What is there without a report is of no use to anybody.
                delete(target);
                Files.move(work, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                if (report(target).isEmpty()) throw e;
            }
        } finally {
            delete(work);
        }
    }

    /** What was found when it was made; empty where there is nothing, or nothing that can be used. */
    private static Optional<JsonNode> report(Path made) throws IOException {
        Path report = made.resolve(REPORT);
        if (!Files.isRegularFile(report)) return Optional.empty();
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(report));
            boolean whole = json.path("precision").asText().equals(PreparedGraph.ORIGINAL)
                    || Files.isRegularFile(made.resolve(GRAPH));
            return json.has("precision") && whole ? Optional.of(json) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private PreparedGraph read(Source source, Path made, JsonNode json) throws IOException {
        // Tells that it is used.
        Files.setLastModifiedTime(made.resolve(REPORT), FileTime.from(Instant.now()));
        List<String> notes = new ArrayList<>();
        json.path("notes").forEach(note -> notes.add(note.asText()));
        if (json.path("precision").asText().equals(PreparedGraph.ORIGINAL)) {
            Path original = source.original.orElseThrow(() -> new EmbeddingException.BadRequest("model [" + source.model
                    + "] cannot be run: " + String.join("; ", notes)
                    + ". It has to bring a graph of its own: export it to [onnx/model.onnx] in its folder"));
            return new PreparedGraph(original, PreparedGraph.ORIGINAL, "cpu", Files.size(original), LARGE_PASS,
                    OptionalInt.empty(),
                    notes);
        }
        Path graph = made.resolve(GRAPH);
        long bytes = 0;
        try (Stream<Path> files = Files.list(made)) {
            for (Path file : files.toList()) bytes += file.endsWith(SHORT) ? 0 : Files.size(file);
        }
        String precision = json.path("precision").asText();
        return new PreparedGraph(graph, precision, "cpu", bytes, passTokens(precision, json.path("hidden").asInt()),
                OptionalInt.of(json.path("max_tokens").asInt()), notes);
    }

    private static int passTokens(String precision, int hidden) {
        if (hidden > SMALL_HIDDEN) return LARGE_PASS;
        return precision.equals(PreparedGraph.INT8) ? SMALL_INT8_PASS : SMALL_FP32_PASS;
    }

    /** Takes away what a process that died left, and what no model was opened from for long. */
    private void clean() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.toList()) {
                boolean unfinished = entry.getFileName().toString().startsWith(UNFINISHED);
                Path used = unfinished ? entry : entry.resolve(REPORT);
                if (!Files.exists(used)) continue;
                Instant last = Files.getLastModifiedTime(used).toInstant();
                if (last.isBefore(Instant.now().minus(unfinished ? UNFINISHED_FOR : UNUSED_FOR))) delete(entry);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) return;
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.deleteIfExists(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
