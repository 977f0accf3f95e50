package io.semanticsearch.embedding.local;

import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.LongText;
import io.semanticsearch.embedding.Role;
import io.semanticsearch.embedding.Space;
import io.semanticsearch.onnx.safetensors.Safetensors;
import io.semanticsearch.tokenizer.Encoding;
import io.semanticsearch.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A model without a transformer: the vector of a text is the mean of its tokens' rows, cut to the wanted dimensions, L2-normalised. Runs
 * in microseconds. Owns its weights; {@link #close} waits for calls that are running.
 */
final class StaticModel implements EmbeddingFunction {

    private final Space space;
    private final Tokenizer tokenizer;
    private final Safetensors file;
    private final StaticWeights weights;
    private final int maxTokens;
    private final LongText longText;
    private final OptionalInt leftOut;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    /**
     * Takes over the file, which {@link #close} closes.
     *
     * @param space its dimension, at most that of the weights, is what vectors are cut to
     * @param maxTokens tokens of a text that are read, the prompt included
     */
    StaticModel(Space space, Tokenizer tokenizer, Safetensors file, StaticWeights weights, int maxTokens, LongText longText) {
        this.space = space;
        this.tokenizer = tokenizer;
        this.file = file;
        this.weights = weights;
        this.maxTokens = maxTokens;
        this.longText = longText;
        this.leftOut = weights.leavesOutUnknown() ? tokenizer.unknownId() : OptionalInt.empty();
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
        return weights.precision();
    }

    @Override
    public String device() {
        return "cpu";
    }

    @Override
    public boolean isImmediate() {
        return true;
    }

    @Override
    public long memoryBytes() {
        return file.size();
    }

    @Override
    public List<Embedding> encodeDocuments(List<String> texts) {
        return encodeAll(space.prompts().of(Role.DOCUMENT), texts);
    }

    @Override
    public List<Embedding> encodeQueries(List<String> texts) {
        return encodeAll(space.prompts().of(Role.QUERY), texts);
    }

    @Override
    public int[] tokenStarts(String text) {
        return tokenizer.encodePlain(text, Integer.MAX_VALUE).starts();
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) file.close();
            closed = true;
        } finally {
            lock.writeLock().unlock();
        }
    }

    private List<Embedding> encodeAll(String prompt, List<String> texts) {
        lock.readLock().lock();
        try {
            if (closed)
                throw new EmbeddingException.Unavailable("model [" + space.model() + "] was unloaded meanwhile; try again");
            List<Embedding> embeddings = new ArrayList<>(texts.size());
            for (String text : texts) {
                embeddings.add(encodeOne(prompt, text));
            }
            return embeddings;
        } finally {
            lock.readLock().unlock();
        }
    }

    private Embedding encodeOne(String prompt, String text) {
        // A prompt alone would give every empty text the same vector, and a search for it would find them all.
        if (text.isBlank()) return Embedding.NOTHING;
        // For a static model the mean of windows, weighted by their tokens, is the mean over all tokens.
        int limit = longText == LongText.MEAN ? Integer.MAX_VALUE : maxTokens;
        Encoding encoding = tokenizer.encodePlain(prompt + text, limit);
        if (encoding.truncated() && longText == LongText.ERROR) {
            return new Embedding.Refused(
                    "the text has at least [" + encoding.total() + "] tokens, model [" + space.model() + "] reads at most ["
                            + maxTokens + "]; shorten the text or define the model with [long_text] of [truncate] or [mean]");
        }
        float[] sum = new float[space.dimension()];
        weights.add(counted(encoding.ids()), sum);
        double norm = norm(sum);
        if (norm == 0) return Embedding.NOTHING;
        for (int d = 0; d < sum.length; d++) {
            sum[d] = (float) (sum[d] / norm);
        }
        return new Embedding.Vector(sum, encoding.ids().length, encoding.truncated());
    }

    /** The tokens that have a say. */
    private int[] counted(int[] ids) {
        if (leftOut.isEmpty()) return ids;
        int unknown = leftOut.getAsInt();
        return Arrays.stream(ids).filter(id -> id != unknown).toArray();
    }

    /** The square root of the sum of squares; in double, where neither large nor tiny numbers leave the range. */
    private double norm(float[] vector) {
        double squares = 0;
        for (float x : vector) {
            squares += (double) x * x;
        }
        if (Double.isFinite(squares)) return Math.sqrt(squares);
        throw new EmbeddingException.BrokenModel(
                "model [" + space.model() + "] computed numbers that are not finite; its weights are damaged, fetch them again");
    }
}
