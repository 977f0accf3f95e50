package io.semanticsearch.embedding;

import io.semanticsearch.onnx.Cancellation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A real model that notes how each of its passes was run. Closing it closes the model. */
final class WatchedFunction implements BatchedFunction {

    private final BatchedFunction real;
    private final Runnable before;
    private final List<Pass> passes = Collections.synchronizedList(new ArrayList<>());

    /** A pass that was run. */
    record Pass(List<Integer> lengths, boolean alone) {}

    /** @param before done on the thread of each pass, before it is run */
    WatchedFunction(BatchedFunction real, Runnable before) {
        this.real = real;
        this.before = before;
    }

    /** In the order in which they began. */
    List<Pass> passes() {
        return List.copyOf(passes);
    }

    /** Of each pass whether it was run as one that is alone. */
    List<Boolean> alone() {
        return passes().stream().map(Pass::alone).toList();
    }

    @Override
    public List<float[]> forward(List<int[]> rows, Cancellation cancellation, boolean isAlone) {
        passes.add(new Pass(rows.stream().map(row -> row.length).toList(), isAlone));
        before.run();
        return real.forward(rows, cancellation, isAlone);
    }

    @Override
    public int threadsAlone() {
        return real.threadsAlone();
    }

    @Override
    public TokenizedText tokenize(Role role, String text) {
        return real.tokenize(role, text);
    }

    @Override
    public Embedding embedding(TokenizedText text, List<float[]> vectors) {
        return real.embedding(text, vectors);
    }

    @Override
    public String precision() {
        return real.precision();
    }

    @Override
    public String device() {
        return real.device();
    }

    @Override
    public int passTokens() {
        return real.passTokens();
    }

    @Override
    public Space space() {
        return real.space();
    }

    @Override
    public int dimension() {
        return real.dimension();
    }

    @Override
    public int maxTokens() {
        return real.maxTokens();
    }

    @Override
    public long memoryBytes() {
        return real.memoryBytes();
    }

    @Override
    public int[] tokenStarts(String text) {
        return real.tokenStarts(text);
    }

    @Override
    public void close() {
        real.close();
    }
}
