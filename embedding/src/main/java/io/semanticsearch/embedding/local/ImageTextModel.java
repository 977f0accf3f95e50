package io.semanticsearch.embedding.local;

import io.semanticsearch.embedding.BatchedFunction;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.Role;
import io.semanticsearch.embedding.Space;
import io.semanticsearch.embedding.TokenizedText;
import io.semanticsearch.embedding.image.UnusableImageException;
import io.semanticsearch.onnx.Cancellation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A graph for texts and one for images, whose vectors live in one space. Owns both; {@link #close} waits for passes that are running.
 */
final class ImageTextModel implements BatchedFunction {

    /** More side by side make none cheaper, and a query waits for a pass. */
    private static final int PASS_IMAGES = 4;

    /** How the text model is told of an image: the vector is finished as that of a text is. */
    private static final TokenizedText IMAGE = TokenizedText.of(List.of(new int[0]), false);

    private final TransformerModel texts;
    private final ImageEncoder images;
    private final FillUp fillUp;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    /**
     * To what length texts are filled up.
     *
     * @param length tokens; 0 for texts that stay as long as they are
     * @param padding the token that fills up
     */
    record FillUp(int length, int padding) {

        private int[] apply(int[] row) {
            if (row.length >= length) return row;
            int[] full = Arrays.copyOf(row, length);
            Arrays.fill(full, row.length, length, padding);
            return full;
        }
    }

    /** Takes over both, which {@link #close} closes. */
    ImageTextModel(TransformerModel texts, ImageEncoder images, FillUp fillUp) {
        this.texts = texts;
        this.images = images;
        this.fillUp = fillUp;
    }

    @Override
    public boolean takesImages() {
        return true;
    }

    @Override
    public List<Embedding> encodeImages(List<byte[]> files) {
        List<Embedding> embeddings = new ArrayList<>(Collections.nCopies(files.size(), Embedding.NOTHING));
        for (int from = 0; from < files.size(); from += PASS_IMAGES) {
            encodeImages(files, from, Math.min(files.size(), from + PASS_IMAGES), embeddings);
        }
        return embeddings;
    }

    private void encodeImages(List<byte[]> files, int from, int to, List<Embedding> embeddings) {
        List<Integer> usable = new ArrayList<>();
        List<float[]> pixels = new ArrayList<>();
        for (int i = from; i < to; i++) {
            try {
                pixels.add(images.pixels(files.get(i)));
                usable.add(i);
            } catch (UnusableImageException e) {
                embeddings.set(i, e.refusal());
            }
        }
        if (usable.isEmpty()) return;
        List<float[]> vectors = run(pixels);
        for (int i = 0; i < vectors.size(); i++) {
            embeddings.set(usable.get(i), texts.embedding(IMAGE, List.of(vectors.get(i))));
        }
    }

    private List<float[]> run(List<float[]> pixels) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new EmbeddingException.Unavailable("model [" + space().model() + "] was unloaded meanwhile; try again");
            }
            return images.run(pixels);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public int[] tokenStarts(String text) {
        return texts.tokenStarts(text);
    }

    @Override
    public TokenizedText tokenize(Role role, String text) {
        TokenizedText tokenized = texts.tokenize(role, text);
        if (tokenized.decided().isPresent()) return tokenized;
        return TokenizedText.of(tokenized.rows().stream().map(fillUp::apply).toList(), tokenized.truncated());
    }

    @Override
    public List<float[]> forward(List<int[]> rows, Cancellation cancellation, boolean alone) {
        return texts.forward(rows, cancellation, alone);
    }

    @Override
    public int threadsAlone() {
        return texts.threadsAlone();
    }

    @Override
    public Embedding embedding(TokenizedText text, List<float[]> vectors) {
        return texts.embedding(text, vectors);
    }

    @Override
    public int passTokens() {
        return texts.passTokens();
    }

    @Override
    public Space space() {
        return texts.space();
    }

    @Override
    public int dimension() {
        return texts.dimension();
    }

    @Override
    public int maxTokens() {
        return texts.maxTokens();
    }

    @Override
    public String precision() {
        return texts.precision();
    }

    @Override
    public String device() {
        return texts.device();
    }

    @Override
    public List<String> notes() {
        return texts.notes();
    }

    @Override
    public long memoryBytes() {
        return texts.memoryBytes();
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) images.close();
            closed = true;
        } finally {
            lock.writeLock().unlock();
            texts.close();
        }
    }
}
