package io.semanticsearch.embedding.local;

import io.semanticsearch.embedding.BatchedFunction;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.LongText;
import io.semanticsearch.embedding.Role;
import io.semanticsearch.embedding.Space;
import io.semanticsearch.embedding.TokenizedText;
import io.semanticsearch.onnx.Cancellation;
import io.semanticsearch.tokenizer.Encoding;
import io.semanticsearch.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A transformer: the vectors of a text's tokens are pooled, sent through what layers follow, cut to the wanted dimensions, L2-normalised.
 * Owns its session; {@link #close} waits for passes that are running.
 */
final class TransformerModel implements BatchedFunction {

    /** A text that is read in windows is cut after so many, so that no single text can keep a processor for minutes. */
    private static final int MAX_WINDOWS = 64;

    private final Space space;
    private final Tokenizer tokenizer;
    private final PreparedGraph graph;
    private final EncoderSession session;
    private final List<Dense> dense;
    private final int maxTokens;
    private final boolean lowerCase;
    private final LongText longText;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    /**
     * Takes over the session, which {@link #close} closes.
     *
     * @param space its dimension, at most that of the model, is what vectors are cut to
     * @param maxTokens of a text that are read, prompt and special tokens included
     */
    TransformerModel(Space space,
            Tokenizer tokenizer,
            PreparedGraph graph,
            EncoderSession session,
            List<Dense> dense,
            int maxTokens,
            boolean lowerCase,
            LongText longText) {
        this.space = space;
        this.tokenizer = tokenizer;
        this.graph = graph;
        this.session = session;
        this.dense = List.copyOf(dense);
        this.maxTokens = maxTokens;
        this.lowerCase = lowerCase;
        this.longText = longText;
    }

    @Override
    public Space space() {
        return space;
    }

    @Override
    public int dimension() {
        return space.dimension();
    }

    @Override
    public int maxTokens() {
        return maxTokens;
    }

    @Override
    public String precision() {
        return graph.precision();
    }

    @Override
    public String device() {
        return graph.device();
    }

    @Override
    public List<String> notes() {
        return graph.notes();
    }

    @Override
    public long memoryBytes() {
        return graph.bytes();
    }

    @Override
    public int passTokens() {
        return graph.passTokens();
    }

    @Override
    public int[] tokenStarts(String text) {
        String cased = cased(text);
        // Where lower case is longer its offsets are none of the text's, and how the text is cut is no matter of a letter.
        return tokenizer.encodePlain(cased.length() == text.length() ? cased : text, Integer.MAX_VALUE).starts();
    }

    @Override
    public TokenizedText tokenize(Role role, String text) {
        // A prompt alone would give every empty text the same vector, and a search for it would find them all.
        if (text.isBlank()) return TokenizedText.decided(Embedding.NOTHING);
        String prompt = cased(space.prompts().of(role));
        String cased = cased(text);
        if (longText == LongText.MEAN) return windows(prompt, cased);
        Encoding encoding = tokenizer.encode(prompt + cased, maxTokens);
        if (encoding.truncated() && longText == LongText.ERROR) {
            return TokenizedText.decided(new Embedding.Refused(
                    "the text has at least [" + encoding.total() + "] tokens, model [" + space.model() + "] reads at most ["
                            + maxTokens + "]; shorten the text or define the model with [long_text] of [truncate] or [mean]"));
        }
        if (encoding.ids().length == 0) return TokenizedText.decided(Embedding.NOTHING);
        return TokenizedText.of(List.of(encoding.ids()), encoding.truncated());
    }

    private String cased(String text) {
        return lowerCase ? text.toLowerCase(Locale.ROOT) : text;
    }

    /** Each window has the prompt in front, as a text of its own would have. */
    private TokenizedText windows(String prompt, String text) {
        Encoding whole = tokenizer.encode(prompt + text, maxTokens);
        if (whole.ids().length == 0) return TokenizedText.decided(Embedding.NOTHING);
        if (!whole.truncated()) return TokenizedText.of(List.of(whole.ids()), false);
        int[] before = prompt.isEmpty() ? new int[0] : tokenizer.encodePlain(prompt, maxTokens).ids();
        int room = maxTokens - tokenizer.specialTokenCount() - before.length;
        if (room < 1) return TokenizedText.of(List.of(whole.ids()), true);
        Encoding plain = tokenizer.encodePlain(text, MAX_WINDOWS * room);
        int tokens = plain.ids().length;
        int count = (tokens + room - 1) / room;
        List<int[]> rows = new ArrayList<>(count);
        for (int w = 0; w < count; w++) {
            // Windows of one length rather than full ones and a rest, whose few tokens would say little.
            int from = (int) ((long) tokens * w / count);
            int to = (int) ((long) tokens * (w + 1) / count);
            rows.add(window(before, plain, from, to));
        }
        return TokenizedText.of(rows, plain.truncated());
    }

    private int[] window(int[] prompt, Encoding plain, int from, int to) {
        if (prompt.length == 0) return tokenizer.withSpecialTokens(plain, from, to).ids();
        int[] ids = Arrays.copyOf(prompt, prompt.length + to - from);
        System.arraycopy(plain.ids(), from, ids, prompt.length, to - from);
        int[] nowhere = new int[ids.length];
        return tokenizer.withSpecialTokens(new Encoding(ids, nowhere, nowhere, nowhere, new boolean[ids.length], ids.length), 0,
                ids.length).ids();
    }

    @Override
    public List<float[]> forward(List<int[]> rows, Cancellation cancellation, boolean alone) {
        lock.readLock().lock();
        try {
            if (closed)
                throw new EmbeddingException.Unavailable("model [" + space.model() + "] was unloaded meanwhile; try again");
            return session.run(rows, cancellation, alone);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public int threadsAlone() {
        return session.threadsAlone();
    }

    @Override
    public Embedding embedding(TokenizedText text, List<float[]> vectors) {
        float[] mean = vectors.size() == 1 ? finished(vectors.getFirst()) : new float[space.dimension()];
        for (int w = 0; vectors.size() > 1 && w < vectors.size(); w++) {
            float[] window = finished(vectors.get(w));
            if (!normalise(window)) continue;
            for (int d = 0; d < mean.length; d++) mean[d] += text.rows().get(w).length * window[d];
        }
        return normalise(mean) ? new Embedding.Vector(mean, text.tokens(), text.truncated()) : Embedding.NOTHING;
    }

    /** The pooled vector after the layers that follow, cut. */
    private float[] finished(float[] pooled) {
        float[] vector = pooled;
        for (Dense layer : dense) vector = layer.apply(vector);
        return vector.length == space.dimension() ? vector : Arrays.copyOf(vector, space.dimension());
    }

    /** Gives it length 1; false for a zero vector, which has no direction. */
    private boolean normalise(float[] vector) {
        double squares = 0;
        for (float x : vector) squares += (double) x * x;
        if (!Double.isFinite(squares)) {
            throw new EmbeddingException.BrokenModel("model [" + space.model()
                    + "] computed numbers that are not finite; its weights are damaged, or its graph overflows: fetch it again, or"
                    + " define it with [precision] of [fp32]");
        }
        if (squares == 0) return false;
        double norm = Math.sqrt(squares);
        for (int d = 0; d < vector.length; d++) vector[d] = (float) (vector[d] / norm);
        return true;
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) session.close();
            closed = true;
        } finally {
            lock.writeLock().unlock();
        }
    }
}
