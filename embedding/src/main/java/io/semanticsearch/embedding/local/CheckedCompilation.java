package io.semanticsearch.embedding.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.onnx.graph.Compilation;
import io.semanticsearch.onnx.graph.EncoderCompiler;
import io.semanticsearch.onnx.graph.EncoderOptions;
import io.semanticsearch.onnx.graph.EncoderSource;
import io.semanticsearch.onnx.graph.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One transformer while it is compiled and its vectors are compared with those of the original, in a folder of its own. */
final class CheckedCompilation {

    /** The least cosine to the original over all probe texts. */
    static final double LEAST_FP32 = 0.99999;
    static final double LEAST_FP16 = 0.999;
    static final double LEAST_INT8 = 0.99;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FULL = "fp32.onnx";

    private final CompiledGraphs.Source source;
    private final CompiledGraphs.Probe probe;
    private final Path work;
    private final String graph;
    private final ObjectNode report = JSON.createObjectNode();
    private Optional<List<float[]>> expected = Optional.empty();

    /**
     * @param work where files may be written
     * @param graph the name of the file to leave there
     */
    CheckedCompilation(CompiledGraphs.Source source, CompiledGraphs.Probe probe, Path work, String graph) {
        this.source = source;
        this.probe = probe;
        this.work = work;
        this.graph = graph;
    }

    /** Leaves the graph in the folder, or none where the original is to be run. */
    ObjectNode make(Precision wanted) throws IOException {
        if (source.original().isPresent()) {
            expected = Optional.of(probe.vectors(source.original().get(), PreparedGraph.ORIGINAL));
        }
        boolean done = switch (wanted) {
            case FP32 -> false;
            case FP16 -> lighter(wanted, PreparedGraph.FP16, LEAST_FP16);
            case INT8 -> lighter(wanted, PreparedGraph.INT8, LEAST_INT8);
        };
        if (!done && !report.has("precision")) fp32();
        return report;
    }

    /** Whether this precision it is. */
    private boolean lighter(Precision precision, String name, double least) throws IOException {
        if (expected.isEmpty()) {
            // Nothing to compare with but the same weights in full.
            Optional<Path> full = compile(Precision.FP32, FULL);
            if (full.isEmpty()) return false;
            expected = Optional.of(probe.vectors(full.get(), PreparedGraph.FP32));
            note(name + " was compared with the same weights in fp32, because the folder has no ONNX graph of the model");
            deleteAll(FULL);
        }
        Optional<Path> compiled = compile(precision, graph);
        if (compiled.isEmpty()) return false;
        double cosine = leastCosine(probe.vectors(compiled.get(), name), expected.get());
        if (cosine < least) {
            note(String.format(Locale.ROOT,
                    "%s is not used: its vectors have a cosine of %.4f to the original, expected %s or more",
                    name, cosine, least));
            deleteAll(graph);
            return false;
        }
        report.put("precision", name);
        note(String.format(Locale.ROOT, "compiled to %s, cosine to the original %.4f or more", name, cosine));
        return true;
    }

    private void fp32() throws IOException {
        Optional<Path> compiled = compile(Precision.FP32, graph);
        if (compiled.isEmpty()) return;
        if (source.original().isEmpty()) {
            report.put("precision", PreparedGraph.FP32);
            note("compiled to fp32, not compared, because the folder has no ONNX graph of the model");
            return;
        }
        double cosine = leastCosine(probe.vectors(compiled.get(), PreparedGraph.FP32), expected.orElseThrow());
        if (cosine >= LEAST_FP32) {
            report.put("precision", PreparedGraph.FP32);
            note(String.format(Locale.ROOT, "compiled to fp32, cosine to the original %.6f or more", cosine));
            return;
        }
        deleteAll(graph);
        keep(String.format(Locale.ROOT, "the compiled graph has a cosine of %.6f to the original, expected %s or more",
                cosine,
                LEAST_FP32));
    }

    private Optional<Path> compile(Precision precision, String name) throws IOException {
        Compilation compilation = EncoderCompiler.compile(new EncoderSource(source.place(), source.weights()),
                new EncoderOptions(precision, source.pooling(), false), work.resolve(name));
        return switch (compilation) {
            case Compilation.Compiled compiled -> {
                if (source.tokens() > compiled.vocabulary()) {
                    throw new EmbeddingException.BrokenModel(
                            "model [" + source.model() + "]: its tokenizer knows [" + source.tokens()
                                    + "] tokens, expected at most the [" + compiled.vocabulary() + "] rows of its weights ["
                                    + source.weights() + "]; the two files belong to different models");
                }
                report.put("hidden", compiled.hidden());
                report.put(CompiledGraphs.DIFFERS_FOR_SHORT, compiled.architecture().differsForShortPasses(precision));
                report.put("max_tokens", compiled.maxTokens());
                yield Optional.of(compiled.file());
            }
            case Compilation.Unfit unfit -> {
                note(precision.name().toLowerCase(Locale.ROOT) + " is not used: " + unfit.reason());
                yield Optional.empty();
            }
            case Compilation.Kept kept -> {
                if (!report.has("precision")) keep(kept.reason());
                yield Optional.empty();
            }
        };
    }

    private void keep(String reason) {
        report.put("precision", PreparedGraph.ORIGINAL);
        note("runs the graph that came with it as it is: " + reason);
    }

    private void note(String note) {
        report.withArray("notes").add(note);
    }

    private void deleteAll(String name) throws IOException {
        Files.deleteIfExists(work.resolve(name));
        Files.deleteIfExists(work.resolve(name + ".data"));
    }

    /** Over texts. NaN, which a damaged graph gives, is the worst of all. */
    static double leastCosine(List<float[]> a, List<float[]> b) {
        double least = 1;
        for (int i = 0; i < a.size(); i++) {
            double dot = 0;
            double aa = 0;
            double bb = 0;
            for (int d = 0; d < a.get(i).length; d++) {
                dot += (double) a.get(i)[d] * b.get(i)[d];
                aa += (double) a.get(i)[d] * a.get(i)[d];
                bb += (double) b.get(i)[d] * b.get(i)[d];
            }
            double cosine = dot / Math.sqrt(aa * bb);
            least = cosine >= -1 ? Math.min(least, cosine) : -1;
        }
        return least;
    }
}
