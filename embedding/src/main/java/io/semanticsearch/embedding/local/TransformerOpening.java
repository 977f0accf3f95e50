package io.semanticsearch.embedding.local;

import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.embedding.Space;
import io.semanticsearch.onnx.Cancellation;
import io.semanticsearch.onnx.OnnxRuntime;
import io.semanticsearch.onnx.SessionOptions;
import io.semanticsearch.onnx.graph.Int8Arithmetic;
import io.semanticsearch.onnx.graph.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** One transformer while it is opened: which graph, on which device, and that it works. */
record TransformerOpening(LocalModel definition,
        ModelSettings settings,
        TransformerFiles files,
        OnnxRuntime runtime,
        CompiledGraphs compiled,
        LoneQueries loneQueries) {

    private static final int DEFAULT_MAX_TOKENS = 512;
    /**
     * What is read of a text unless more is asked for. Attention takes time with the square of the length, and in graphs that are not ours
     * memory: with 12 heads 0.2 GB a pass for 2,048 tokens, 3.2 GB for 8,192.
     */
    static final int UNASKED_TOKENS = 2048;
    private static final int PROBE_TOKENS = 256;
    private static final int ORIGINAL_PASS = 512;

    private record Opened(PreparedGraph graph, EncoderSession session) {}

    EmbeddingFunction open() {
        Opened opened = onDevice();
        boolean done = false;
        try {
            EmbeddingFunction function = function(opened);
            done = true;
            return function;
        } finally {
            if (!done) opened.session.close();
        }
    }

    private EmbeddingFunction function(Opened opened) {
        int maxTokens = maxTokens(opened.graph.maxTokens());
        int[] probe = files.tokenizer().encode(ProbeTexts.ALL.getFirst(), maxTokens).ids();
        int width = opened.session.run(List.of(probe), new Cancellation(), false).getFirst().length;
        for (Dense layer : files.dense()) {
            if (layer.inputs() != width) {
                throw new EmbeddingException.BrokenModel("model [" + model() + "] has a dense layer of [" + layer.inputs()
                        + "] inputs after [" + width + "] numbers; its files belong to different models");
            }
            width = layer.outputs();
        }
        Space space = new Space(definition.provider(), definition.source().withoutRevision(), files.revision(),
                settings.prompts(),
                files.pooling().name(), LocalModels.dimension(definition, settings, width));
        int able = able(opened.graph.maxTokens());
        PreparedGraph graph = maxTokens < able && definition.execution().maxTokens().isEmpty()
                ? opened.graph.with(List.of("reads the first [" + maxTokens + "] of the [" + able
                        + "] tokens that it could, because time grows with their square; [max_tokens] asks for more"))
                : opened.graph;
        return new TransformerModel(space, files.tokenizer(), graph, opened.session, files.dense(), maxTokens,
                files.layout().lowerCase(), definition.longText());
    }

    private Opened onDevice() {
        return new DevicePlacement(model(), runtime).open(definition.execution().device(), this::onCpu, this::onGpu);
    }

    private Opened onGpu(SessionOptions options) {
        PreparedGraph graph = prepared(onGpu(definition), "gpu", (file, precision) -> probe(file, precision, options))
                .on("gpu:" + definition.execution().device().number(), PreparedGraph.GPU_PASS);
        return new Opened(graph, session(graph.file(), options));
    }

    /** What is computed in on a graphics processor: 8-bit products have no kernels there that are worth it. */
    static Precision onGpu(LocalModel definition) {
        return switch (definition.execution().precision()) {
            case AUTO -> Precision.FP16;
            case FP32 -> Precision.FP32;
            case INT8 ->
                throw new EmbeddingException.BadRequest("model [" + definition.model() + "] is defined with [precision] of"
                        + " [int8], which is for the CPU; on a graphics processor choose [auto], which is fp16 there, or [fp32]");
        };
    }

    private Opened onCpu(List<String> notes) {
        Precision wanted = switch (definition.execution().precision()) {
            case AUTO, INT8 -> Precision.INT8;
            case FP32 -> Precision.FP32;
        };
        CompiledGraphs.Probe probe = (file, precision) -> probe(file, precision, options(precision, file));
        PreparedGraph graph = prepared(wanted, "cpu", probe).with(notes);
        SessionOptions options = options(graph.precision(), graph.file());
        EncoderSession session = session(graph.file(), options);
        if (!loneQueries.areHelped(graph.bytes())) return new Opened(graph, session);
        boolean done = false;
        try {
            Opened twice = new Opened(graph.twice(),
                    session.withLoneCalls(runtime, forLoneQueries(graph, probe), options.forLoneCalls(loneQueries.threads())));
            done = true;
            return twice;
        } finally {
            if (!done) session.close();
        }
    }

    /** The graph of ours where there can be one, else the one that came with the model. */
    private PreparedGraph prepared(Precision wanted, String device, CompiledGraphs.Probe probe) {
        return source(device).map(source -> compiled.prepare(source, wanted, probe)).orElseGet(
                () -> original("its folder has no [" + files.layout().config() + "] that says what it computes"));
    }

    /** What can be compiled of it. */
    private Optional<CompiledGraphs.Source> source(String device) {
        TransformerLayout layout = files.layout();
        String weights = layout.weights();
        String prefix = layout.place().folder().isEmpty() ? "" : layout.place().folder() + "/";
        if (!files.folder().has(layout.config()) || !weights.startsWith(prefix)) return Optional.empty();
        return Optional.of(new CompiledGraphs.Source(model(), files.revision(), root().resolve(layout.place().folder()),
                weights.substring(prefix.length()), files.original(), files.tokenizer().vocabularySize(),
                files.pooling().inGraph(), device));
    }

    private Path forLoneQueries(PreparedGraph graph, CompiledGraphs.Probe probe) {
        return source("cpu").map(source -> compiled.forShortPasses(source, graph, probe)).orElse(graph.file());
    }

    private PreparedGraph original(String why) {
        Path graph = files.original().orElseThrow(() -> new EmbeddingException.BadRequest("model [" + model()
                + "] cannot be run: " + why + ", and there is no ONNX graph in it; export it to [onnx/model.onnx]"));
        try {
            return new PreparedGraph(graph, PreparedGraph.ORIGINAL, "cpu", Files.size(graph), ORIGINAL_PASS, OptionalInt.empty(),
                    List.of("runs the graph that came with it as it is: " + why));
        } catch (IOException e) {
            throw new EmbeddingException.BrokenModel("model [" + model() + "]: [" + graph + "] cannot be read: " + e, e);
        }
    }

    /** The original is run as its authors run it, on the CPU. */
    private List<float[]> probe(Path graph, String precision, SessionOptions ofCompiled) {
        boolean original = precision.equals(PreparedGraph.ORIGINAL);
        int maxTokens = Math.min(PROBE_TOKENS, able(OptionalInt.empty()));
        List<int[]> rows = ProbeTexts.ALL.stream().map(text -> files.tokenizer().encode(text, maxTokens).ids()).toList();
        List<float[]> vectors = new ArrayList<>();
        try (EncoderSession session = session(graph, original ? SessionOptions.DEFAULT : ofCompiled)) {
            if (original) {
                rows.forEach(row -> vectors.addAll(session.run(List.of(row), new Cancellation(), false)));
            } else {
                // Side by side as in use: padding must change nothing, and in int8 neighbours share a scale.
                vectors.addAll(session.run(rows, new Cancellation(), false));
            }
        }
        return vectors;
    }

    private EncoderSession session(Path graph, SessionOptions options) {
        return EncoderSession.open(model(), runtime, graph, options, files.pooling(), files.padding());
    }

    private SessionOptions options(String precision, Path graph) {
        if (!precision.equals(PreparedGraph.INT8)) return SessionOptions.DEFAULT;
        try {
            return Int8Arithmetic.options(runtime, graph.toAbsolutePath().getParent());
        } catch (IOException e) {
            throw new EmbeddingException.Unavailable("model [" + model() + "] could not be tried out beside [" + graph + "]: " + e
                    + "; see that there is space and that the node may write there", e);
        }
    }

    /** How many tokens of a text are read. */
    private int maxTokens(OptionalInt ofGraph) {
        int able = able(ofGraph);
        OptionalInt wanted = definition.execution().maxTokens();
        if (wanted.isEmpty()) return Math.min(able, UNASKED_TOKENS);
        int added = files.tokenizer().specialTokenCount();
        if (wanted.getAsInt() > added && wanted.getAsInt() <= able) return wanted.getAsInt();
        throw new EmbeddingException.BadRequest("model [" + model() + "] is defined with [max_tokens] of [" + wanted.getAsInt()
                + "], expected from [" + (added + 1) + "] to [" + able + "]: its tokenizer adds [" + added
                + "] and the model reads at most [" + able + "]");
    }

    /** How many tokens the model could read. */
    private int able(OptionalInt ofGraph) {
        int able = Math.min(files.layout().maxTokens().orElse(ofGraph.orElse(DEFAULT_MAX_TOKENS)),
                ofGraph.orElse(Integer.MAX_VALUE));
        int added = files.tokenizer().specialTokenCount();
        if (able > added) return able;
        throw new EmbeddingException.BrokenModel("model [" + model() + "] reads at most [" + able
                + "] tokens, expected more than the [" + added + "] that its tokenizer adds");
    }

    private Path root() {
        return files.folder().root().orElseThrow(() -> new EmbeddingException.BadRequest(
                "model [" + model() + "] is a transformer, which must lie in a folder on disk"));
    }

    private String model() {
        return definition.model();
    }
}
