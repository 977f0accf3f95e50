package io.semanticsearch.embedding.local;

import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.onnx.Cancellation;
import io.semanticsearch.onnx.ElementType;
import io.semanticsearch.onnx.OnnxCancelledException;
import io.semanticsearch.onnx.OnnxException;
import io.semanticsearch.onnx.OnnxRuntime;
import io.semanticsearch.onnx.OnnxSession;
import io.semanticsearch.onnx.OnnxUnavailableException;
import io.semanticsearch.onnx.SessionOptions;
import io.semanticsearch.onnx.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A graph that makes vectors of tokens or of texts, opened: ours or one that came with a model. Safe for many threads, which run it side by
 * side, each with a call of its own that is kept for the next. Closed by whoever opened it, when nothing runs any more.
 */
final class EncoderSession implements AutoCloseable {

    // Vectors of tokens come first: what a graph pooled itself may not be pooled as the model's files say.
    private static final List<String> TOKEN_OUTPUTS = List.of("last_hidden_state", "token_embeddings", "hidden_states");
    private static final List<String> TEXT_OUTPUTS = List.of("sentence_embedding", "text_embeds", "text_embedding");
    // Of a graph that pools itself.
    private static final RowPooling UNUSED = new RowPooling(List.of(RowPooling.Mode.MEAN));
    private static final int TOKEN_AXES = 3;
    private static final int TEXT_AXES = 2;

    private final String model;
    private final Calls calls;
    private final Optional<Calls> loneCalls;
    private final List<EncoderInput> inputs;
    private final TensorInfo output;
    private final RowPooling pooling;
    private final int padding;

    /** A session with calls that are kept for the next run, and how many threads work on one of them. */
    private record Calls(OnnxSession session, EncoderCall.Kind kind, int threads, Queue<EncoderCall> idle)
            implements
                AutoCloseable {

        Calls(OnnxSession session, EncoderCall.Kind kind, int threads) {
            this(session, kind, threads, new ConcurrentLinkedQueue<>());
        }

        EncoderCall take(TensorInfo output) {
            EncoderCall call = idle.poll();
            return call != null ? call : kind.of(session, output);
        }

        @Override
        public void close() {
            for (EncoderCall call = idle.poll(); call != null; call = idle.poll()) call.close();
            session.close();
        }
    }

    private EncoderSession(String model, Calls calls, Optional<Calls> loneCalls, List<EncoderInput> inputs, TensorInfo output,
            RowPooling pooling, int padding) {
        this.model = model;
        this.calls = calls;
        this.loneCalls = loneCalls;
        this.inputs = inputs;
        this.output = output;
        this.pooling = pooling;
        this.padding = padding;
    }

    /**
     * Opens a graph.
     *
     * @param model as its user wrote it, for messages
     * @param padding id of the token that fills up
     */
    static EncoderSession open(String model,
            OnnxRuntime runtime,
            Path graph,
            SessionOptions options,
            RowPooling pooling,
            int padding) {
        return open(model, runtime, graph, options, EncoderCall.Kind.of(options), pooling, padding);
    }

    /** With calls of this kind. */
    static EncoderSession open(String model,
            OnnxRuntime runtime,
            Path graph,
            SessionOptions options,
            EncoderCall.Kind kind,
            RowPooling pooling,
            int padding) {
        return open(model, session(model, runtime, graph, options), kind, graph, EncoderSession::output, pooling, padding);
    }

    /**
     * The same graph opened once more, for passes that run alone; takes this one over.
     *
     * @param options for one call at a time
     */
    EncoderSession withLoneCalls(OnnxRuntime runtime, Path graph, SessionOptions options) {
        Calls alone = new Calls(session(model, runtime, graph, options), calls.kind, options.intraThreads());
        return new EncoderSession(model, calls, Optional.of(alone), inputs, output, pooling, padding);
    }

    /**
     * Opens a graph that makes one vector of a text by itself.
     *
     * @param output its name
     */
    static EncoderSession openPooled(String model,
            OnnxRuntime runtime,
            Path graph,
            SessionOptions options,
            String output,
            int padding) {
        return open(model, session(model, runtime, graph, options), EncoderCall.Kind.of(options), graph,
                session -> outputs(session, TEXT_AXES).filter(info -> info.name().equals(output)).findFirst(), UNUSED, padding);
    }

    /**
     * A session, closed by the caller.
     *
     * @throws EmbeddingException.BadRequest when the device of the options cannot be used
     * @throws EmbeddingException.BrokenModel when the file is no graph that can be run
     */
    static OnnxSession session(String model, OnnxRuntime runtime, Path graph, SessionOptions options) {
        try {
            return runtime.openSession(graph, options);
        } catch (OnnxUnavailableException e) {
            throw new EmbeddingException.BadRequest("model [" + model + "] cannot run there: " + e.getMessage(), e);
        } catch (OnnxException e) {
            throw new EmbeddingException.BrokenModel("model [" + model + "]: file [" + graph.getFileName()
                    + "] is not a graph that can be run: " + e.getMessage() + "; fetch or export it again", e);
        }
    }

    private static EncoderSession open(String model,
            OnnxSession session,
            EncoderCall.Kind kind,
            Path graph,
            Function<OnnxSession, Optional<TensorInfo>> choice,
            RowPooling pooling,
            int padding) {
        boolean opened = false;
        try {
            List<EncoderInput> inputs = new ArrayList<>();
            for (TensorInfo info : session.inputs()) {
                inputs.add(EncoderInput.of(info).orElseThrow(() -> new EmbeddingException.BadRequest("model [" + model
                        + "]: its graph [" + graph.getFileName() + "] has the input [" + info
                        + "], which an encoder of texts does not have; export the model for feature extraction")));
            }
            TensorInfo output = choice.apply(session).orElseThrow(() -> new EmbeddingException.BadRequest("model [" + model
                    + "]: its graph [" + graph.getFileName() + "] has the outputs " + session.outputs()
                    + ", expected vectors of tokens such as [last_hidden_state] or of texts such as [sentence_embedding]"));
            opened = true;
            return new EncoderSession(model, new Calls(session, kind, 1), Optional.empty(), inputs, output, pooling, padding);
        } finally {
            if (!opened) session.close();
        }
    }

    private static Optional<TensorInfo> output(OnnxSession session) {
        for (int axes : new int[]{TOKEN_AXES, TEXT_AXES}) {
            List<TensorInfo> candidates = outputs(session, axes).toList();
            for (String name : axes == TOKEN_AXES ? TOKEN_OUTPUTS : TEXT_OUTPUTS) {
                Optional<TensorInfo> named = candidates.stream().filter(info -> info.name().equals(name)).findFirst();
                if (named.isPresent()) return named;
            }
        }
        return Optional.empty();
    }

    private static Stream<TensorInfo> outputs(OnnxSession session, int axes) {
        return session.outputs().stream()
                .filter(info -> info.type() == ElementType.FLOAT32 || info.type() == ElementType.FLOAT16)
                .filter(info -> info.shape().size() == axes);
    }

    /** On how many threads {@link #run} has rows that are alone. */
    int threadsAlone() {
        return loneCalls.orElse(calls).threads;
    }

    /** Whether the graph itself makes one vector of a text. */
    private boolean poolsItself() {
        return output.shape().size() == TEXT_AXES;
    }

    /**
     * Runs rows side by side, padded to the longest.
     *
     * @param rows token ids, each row with one or more
     * @param alone whether nothing else wants the processors, so that several may be used
     * @return of each row the pooled vector
     */
    List<float[]> run(List<int[]> rows, Cancellation cancellation, boolean alone) {
        Calls chosen = alone ? loneCalls.orElse(calls) : calls;
        EncoderCall call = chosen.take(output);
        boolean usable = false;
        try {
            int length = 0;
            for (int[] ids : rows) length = Math.max(length, ids.length);
            for (int i = 0; i < inputs.size(); i++) {
                int index = i;
                inputs.get(i).write(chosen.session.inputs().get(i), shape -> call.input(index, shape), rows, length, padding);
            }
            List<float[]> vectors = pooled(call.run(cancellation, expected(rows.size(), length)), rows, length);
            usable = true;
            return vectors;
        } catch (OnnxCancelledException e) {
            usable = true;
            throw new EmbeddingException.DeadlineExceeded("embedding with model [" + model + "] was ended: " + e.getMessage());
        } catch (OnnxException e) {
            throw new EmbeddingException.BrokenModel("model [" + model + "] failed on [" + rows.size() + "] texts of up to ["
                    + rows.stream().mapToInt(row -> row.length).max().orElse(0) + "] tokens: " + e.getMessage(), e);
        } finally {
            if (usable) {
                chosen.idle.add(call);
            } else {
                call.close();
            }
        }
    }

    /** The shape of the output; none where the size of a vector is not known before. */
    private long[] expected(int rows, int length) {
        TensorInfo.Dimension hidden = output.shape().getLast();
        if (!hidden.isFixed()) return new long[0];
        return poolsItself() ? new long[]{rows, hidden.size()} : new long[]{rows, length, hidden.size()};
    }

    private List<float[]> pooled(EncoderCall.Answer answer, List<int[]> rows, int length) {
        long[] shape = answer.shape();
        int hidden = Math.toIntExact(shape[shape.length - 1]);
        long expected = (long) rows.size() * (poolsItself() ? 1 : length) * hidden;
        MemorySegment result = answer.data();
        long bytes = output.type() == ElementType.FLOAT16 ? Short.BYTES : Float.BYTES;
        if (hidden < 1 || result.byteSize() != expected * bytes) {
            throw new EmbeddingException.BrokenModel("model [" + model + "] gave [" + result.byteSize() + "] bytes, expected ["
                    + expected * bytes + "] for [" + rows.size() + "] texts of [" + length + "] tokens");
        }
        List<float[]> vectors = new ArrayList<>(rows.size());
        if (poolsItself()) {
            for (int r = 0; r < rows.size(); r++) vectors.add(floats(result, (long) r * hidden, new float[hidden], hidden));
            return vectors;
        }
        float[] tokens = new float[length * hidden];
        for (int r = 0; r < rows.size(); r++) {
            int own = rows.get(r).length;
            floats(result, (long) r * length * hidden, tokens, own * hidden);
            vectors.add(pooling.pool(tokens, own, hidden));
        }
        return vectors;
    }

    private float[] floats(MemorySegment result, long from, float[] into, int count) {
        if (output.type() == ElementType.FLOAT32) {
            MemorySegment.copy(result, ValueLayout.JAVA_FLOAT_UNALIGNED, from * Float.BYTES, into, 0, count);
        } else {
            for (int i = 0; i < count; i++) {
                into[i] = Float.float16ToFloat(result.getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, from + i));
            }
        }
        return into;
    }

    @Override
    public void close() {
        try (calls) {
            loneCalls.ifPresent(Calls::close);
        }
    }
}
