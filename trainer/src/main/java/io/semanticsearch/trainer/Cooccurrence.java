package io.semanticsearch.trainer;

import java.util.Arrays;

/**
 * Which tokens stand near each other more often than chance would have it.
 *
 * <p>Counts pairs within a window of one text; the entry of a pair is its pointwise mutual information, made symmetric: the frequency of
 * either token is smoothed by an exponent, so that rare ones do not seem to belong together after meeting once (Levy, Goldberg and Dagan
 * 2015, https://aclanthology.org/Q15-1016/).
 */
final class Cooccurrence {

    private static final int WINDOW = 30;
    private static final double SMOOTHING = 0.75;
    private static final double LEAST_INFORMATION = 0.6;
    private static final int LEAST_COUNT = 2;

    private final int vocabulary;
    private final int[] tokens;
    private final int[] textEnds;
    private final int[] first;
    private final int[] positions;
    private final int[] textOf;

    private Cooccurrence(int vocabulary, int[] tokens, int[] textEnds) {
        this.vocabulary = vocabulary;
        this.tokens = tokens;
        this.textEnds = textEnds;
        this.first = new int[vocabulary + 1];
        this.positions = new int[tokens.length];
        this.textOf = new int[tokens.length];
        index();
    }

    /**
     * @param near whether a token counts; punctuation would fill the windows
     */
    static Cooccurrence of(TrainingText text, Spellings spellings, int vocabulary, boolean[] near) {
        IntList tokens = new IntList(1 << 20);
        IntList ends = new IntList(1 << 16);
        for (TrainingText.Part part : text.parts()) {
            if (part.source().kind() == Source.Kind.JUDGED) continue;
            // Of a passage the paragraph; of a pair both, because they are about the same.
            int from = part.source().kind() == Source.Kind.PASSAGES ? 2 : 0;
            for (int line = 0; line < part.lines(); line++) {
                for (int i = part.start(line, from); i < part.end(line, part.fields() - 1); i++) {
                    int word = part.words()[i];
                    for (int t = spellings.start(word); t < spellings.end(word); t++) {
                        if (near[spellings.ids()[t]]) tokens.add(spellings.ids()[t]);
                    }
                }
                ends.add(tokens.size());
            }
        }
        return new Cooccurrence(vocabulary, tokens.toArray(), ends.toArray());
    }

    long length() {
        return tokens.length;
    }

    /** How often a token occurs. */
    int count(int token) {
        return first[token + 1] - first[token];
    }

    SparseMatrix information(Shards shards, Progress progress) {
        double[] sums = new double[vocabulary];
        for (int position = 0; position < tokens.length; position++) {
            sums[tokens[position]] += windowEnd(position) - windowStart(position) - 1;
        }
        double total = Arrays.stream(sums).sum();
        double smoothTotal = 0;
        double[] logs = new double[vocabulary];
        for (int t = 0; t < vocabulary; t++) {
            if (sums[t] > 0) smoothTotal += StrictMath.pow(sums[t], SMOOTHING);
        }
        for (int t = 0; t < vocabulary; t++) {
            // log of √(p · p smoothed)
            if (sums[t] > 0)
                logs[t] = ((1 + SMOOTHING) * StrictMath.log(sums[t]) - StrictMath.log(total) - StrictMath.log(smoothTotal)) / 2;
        }
        int[][] columns = new int[vocabulary][];
        float[][] values = new float[vocabulary][];
        ThreadLocal<int[]> rows = ThreadLocal.withInitial(() -> new int[vocabulary]);
        progress.begin("co-occurrence", (vocabulary + 15) / 16);
        shards.ranges(vocabulary, 16, (from, to) -> {
            for (int t = from; t < to; t++) row(t, rows.get(), logs, StrictMath.log(total), columns, values);
            progress.step();
        });
        progress.end();
        return new SparseMatrix(columns, values);
    }

    private void row(int token, int[] counts, double[] logs, double logTotal, int[][] columns, float[][] values) {
        for (int i = first[token]; i < first[token + 1]; i++) {
            int position = positions[i];
            int end = windowEnd(position);
            for (int j = windowStart(position); j < position; j++) counts[tokens[j]]++;
            for (int j = position + 1; j < end; j++) counts[tokens[j]]++;
        }
        IntList kept = new IntList(1024);
        float[] information = new float[vocabulary];
        for (int other = 0; other < vocabulary; other++) {
            int count = counts[other];
            counts[other] = 0;
            if (count < LEAST_COUNT) continue;
            double value = StrictMath.log(count) - logTotal - logs[token] - logs[other];
            if (value < LEAST_INFORMATION) continue;
            information[kept.size()] = (float) (value * count / (count + 1.0));
            kept.add(other);
        }
        columns[token] = kept.toArray();
        values[token] = Arrays.copyOf(information, kept.size());
    }

    private int windowStart(int position) {
        int text = textOf[position];
        return Math.max(text == 0 ? 0 : textEnds[text - 1], position - WINDOW);
    }

    private int windowEnd(int position) {
        return Math.min(textEnds[textOf[position]], position + WINDOW + 1);
    }

    private void index() {
        for (int token : tokens) first[token + 1]++;
        for (int t = 0; t < vocabulary; t++) first[t + 1] += first[t];
        int[] next = Arrays.copyOf(first, vocabulary);
        int text = 0;
        for (int position = 0; position < tokens.length; position++) {
            while (textEnds[text] <= position)
                text++;
            textOf[position] = text;
            positions[next[tokens[position]]++] = position;
        }
    }
}
