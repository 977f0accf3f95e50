package io.semanticsearch.embedding.local;

import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.onnx.graph.Pooling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How the vectors of a row's tokens become one. Several ways are joined end to end, in the order of sentence-transformers:
 * https://github.com/huggingface/sentence-transformers, {@code sentence_transformers/models/Pooling.py}.
 */
record RowPooling(List<Mode> modes) {

    enum Mode {
        CLS("cls"), MAX("max"), MEAN("mean"), MEAN_SQRT_LENGTH("mean_sqrt_len_tokens"), WEIGHTED_MEAN("weightedmean"), LAST_TOKEN(
                "lasttoken");

        private final String wireName;

        Mode(String wireName) {
            this.wireName = wireName;
        }
    }

    RowPooling {
        modes = modes.stream().sorted().distinct().toList();
        if (modes.isEmpty()) throw new IllegalArgumentException("[modes] is empty, expected one or more");
    }

    /** @param names as {@link ModelSettings#pooling} gives them */
    static RowPooling of(ModelFolder folder, ModelSettings settings) {
        List<Mode> modes = new ArrayList<>();
        for (String name : settings.pooling()) {
            modes.add(Arrays.stream(Mode.values()).filter(mode -> mode.wireName.equals(name)).findFirst()
                    .orElseThrow(() -> new EmbeddingException.BadRequest("model [" + folder.model() + "]: file ["
                            + settings.poolingFile() + "] pools by [" + name + "], expected some of "
                            + Arrays.stream(Mode.values()).map(mode -> mode.wireName).toList())));
        }
        return new RowPooling(modes);
    }

    /**
     * The same as a graph of ours does it, which then need not compute what is not asked for; {@link Pooling#NONE} where none does.
     */
    Pooling inGraph() {
        if (modes.size() > 1) return Pooling.NONE;
        return switch (modes.getFirst()) {
            case CLS -> Pooling.CLS;
            case MAX -> Pooling.MAX;
            case MEAN -> Pooling.MEAN;
            case LAST_TOKEN -> Pooling.LAST;
            case MEAN_SQRT_LENGTH, WEIGHTED_MEAN -> Pooling.NONE;
        };
    }

    /** Its name in spaces and answers: {@code mean}, {@code cls+mean}. */
    String name() {
        return modes.stream().map(mode -> mode.wireName).collect(Collectors.joining("+"));
    }

    /**
     * Pools a row.
     *
     * @param tokens float32 [length or more, hidden]; rows of padding come last and are left alone
     * @param length tokens of the row without padding, 1 or more
     * @return float32 [modes * hidden]
     */
    float[] pool(float[] tokens, int length, int hidden) {
        float[] pooled = new float[modes.size() * hidden];
        for (int m = 0; m < modes.size(); m++) {
            pool(modes.get(m), tokens, length, hidden, pooled, m * hidden);
        }
        return pooled;
    }

    private static void pool(Mode mode, float[] tokens, int length, int hidden, float[] into, int at) {
        switch (mode) {
            case CLS -> System.arraycopy(tokens, 0, into, at, hidden);
            case LAST_TOKEN -> System.arraycopy(tokens, (length - 1) * hidden, into, at, hidden);
            case MAX -> {
                System.arraycopy(tokens, 0, into, at, hidden);
                for (int t = 1; t < length; t++) {
                    for (int d = 0, from = t * hidden; d < hidden; d++) into[at + d] = Math.max(into[at + d], tokens[from + d]);
                }
            }
            case MEAN -> sum(tokens, length, hidden, into, at, false, length);
            case MEAN_SQRT_LENGTH -> sum(tokens, length, hidden, into, at, false, Math.sqrt(length));
            case WEIGHTED_MEAN -> sum(tokens, length, hidden, into, at, true, length * (length + 1.0) / 2);
        }
    }

    private static void sum(float[] tokens, int length, int hidden, float[] into, int at, boolean byPosition, double divisor) {
        for (int t = 0; t < length; t++) {
            float weight = byPosition ? t + 1 : 1;
            for (int d = 0, from = t * hidden; d < hidden; d++) into[at + d] += weight * tokens[from + d];
        }
        float factor = (float) (1 / divisor);
        for (int d = 0; d < hidden; d++) into[at + d] *= factor;
    }
}
