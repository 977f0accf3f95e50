package io.semanticsearch.embedding;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Texts of one request on their way through the passes of a model. Rows of it may run on several threads at once, so what it collects is
 * guarded by itself, and what it waits for by the lock of {@link WorkQueue}.
 */
final class BatchedRequest {

    final BatchedFunction function;
    final WorkLane lane;
    final CompletableFuture<List<Embedding>> future = new CompletableFuture<>();
    final List<WaitingRow> rows = new ArrayList<>();
    /** The passes that run rows of it now. */
    final Set<RunningPass> running = new HashSet<>();
    private final List<TokenizedText> texts;
    private final Embedding[] embeddings;
    private final float[][][] vectors;
    private final EmbeddingException.BrokenModel[] failures;
    private final int[] rowsLeft;
    private int textsLeft;
    private int vectorsMade;

    /** Tokenises the texts. */
    static BatchedRequest of(BatchedFunction function, Role role, List<String> texts, WorkLane lane) {
        return new BatchedRequest(function, lane, texts.stream().map(text -> function.tokenize(role, text)).toList());
    }

    private BatchedRequest(BatchedFunction function, WorkLane lane, List<TokenizedText> texts) {
        this.function = function;
        this.lane = lane;
        this.texts = texts;
        this.embeddings = new Embedding[texts.size()];
        this.vectors = new float[texts.size()][][];
        this.failures = new EmbeddingException.BrokenModel[texts.size()];
        this.rowsLeft = new int[texts.size()];
        this.textsLeft = texts.size();
        for (int t = 0; t < texts.size(); t++) {
            List<int[]> textRows = texts.get(t).rows();
            for (int r = 0; r < textRows.size(); r++) {
                rows.add(new WaitingRow(this, t, r, textRows.get(r)));
            }
            vectors[t] = new float[textRows.size()][];
            rowsLeft[t] = textRows.size();
            if (texts.get(t).decided().isPresent()) {
                embeddings[t] = texts.get(t).decided().get();
                textsLeft--;
            }
        }
        // All are equally old. The longest first: what is left for the last passes is short then, so that no processor waits long for
        // another.
        rows.sort(Comparator.comparingInt((WaitingRow row) -> row.ids.length).reversed());
    }

    /** Takes the vector of a row in; true when that was the last of all. */
    synchronized boolean put(WaitingRow row, float[] vector) {
        vectors[row.text][row.row] = vector;
        return finished(row.text);
    }

    /** Takes in that the model fails on a row alone; true when that was the last of all. */
    synchronized boolean put(WaitingRow row, EmbeddingException.BrokenModel failure) {
        failures[row.text] = failure;
        return finished(row.text);
    }

    private boolean finished(int text) {
        if (--rowsLeft[text] > 0) return false;
        if (failures[text] == null) {
            try {
                embeddings[text] = function.embedding(texts.get(text), Arrays.asList(vectors[text]));
                vectorsMade++;
            } catch (EmbeddingException.BrokenModel e) {
                failures[text] = e;
            }
        }
        if (failures[text] != null) embeddings[text] = new Embedding.Refused(failures[text].getMessage());
        vectors[text] = null;
        return --textsLeft == 0;
    }

    /** Tokens of all its rows. */
    long tokens() {
        return texts.stream().mapToLong(TokenizedText::tokens).sum();
    }

    boolean isComplete() {
        return textsLeft == 0;
    }

    /**
     * Hands the embeddings over; only when {@link #put} or {@link #isComplete} said that they are all there. Where the model failed on
     * some texts alone, it is the texts; where on all, it is the model.
     */
    void complete() {
        Optional<EmbeddingException.BrokenModel> failure = Arrays.stream(failures).filter(Objects::nonNull).findFirst();
        if (failure.isPresent() && vectorsMade == 0) {
            future.completeExceptionally(failure.get());
        } else {
            future.complete(List.of(embeddings));
        }
    }
}
