package io.semanticsearch.trainer;

import java.util.List;
import java.util.Locale;

/** Moves the rows of the tokens, batch after batch, until texts that belong together are near each other. */
final class Training {

    private static final int PAIRS_OF_SHARD = 32;
    private static final float WARM_UP = 0.03f;
    private static final float LAST_RATE = 0.02f;
    /** Words of a passage that say where it belongs. */
    private static final int WORDS_OF_PLACE = 120;

    private final TrainingText text;
    private final Recipe recipe;
    private final float[] rows;
    private final Views views;
    private final Speller speller;
    private final List<Pool> pools;
    private final ContrastiveLoss loss;
    private final AdamRows optimizer;
    private final Shards shards;
    private final Progress progress;
    private final Dice dice;

    /** @param rows float32 [tokens, dimension], changed */
    Training(TrainingText text, Speller speller, Recipe recipe, float[] rows, Shards shards, Progress progress) {
        this.text = text;
        this.recipe = recipe;
        this.rows = rows;
        this.speller = speller;
        this.views = new Views(text, speller, Synonyms.of(text), recipe);
        this.pools = Pool.of(text, recipe);
        this.loss = new ContrastiveLoss(recipe.sizes(), recipe.scale(), shards);
        this.optimizer = new AdamRows(rows, recipe.dimension(), shards);
        this.shards = shards;
        this.progress = progress;
        this.dice = Dice.of(recipe.seed(), 2, 0);
    }

    /**
     * Trains.
     *
     * @param steps batches
     */
    void run(int steps) {
        double recent = Double.NaN;
        progress.begin("training", steps);
        for (int step = 0; step < steps; step++) {
            if (recipe.regroup() > 0 && step > 0 && step % Math.max(1, steps / (recipe.regroup() + 1)) == 0) regroup(step);
            double now = step(step, rate((step + 1f) / steps));
            recent = Double.isNaN(recent) ? now : 0.98 * recent + 0.02 * now;
            progress.step(String.format(Locale.ROOT, ", loss %.3f", recent));
        }
        progress.end();
    }

    /** Seconds that a batch takes, found by making and weighing some without learning from them. */
    double secondsOfStep() {
        // Of its own, so that the training to come finds everything as it would without this.
        Pool pool = Pool.of(text, recipe).getFirst();
        int tries = 12;
        long warm = System.nanoTime();
        for (int i = 0; i < 2 * tries; i++) {
            if (i == tries) warm = System.nanoTime();
            loss.compute(batch(pool, -1 - i), rows);
        }
        return (System.nanoTime() - warm) / 1e9 / tries;
    }

    private double step(int step, float rate) {
        Pool pool = pool();
        Batch batch = batch(pool, step);
        double now = loss.compute(batch, rows);
        optimizer.step(batch, loss.gradients(), rate);
        return now;
    }

    /** Rises to the highest rate, then falls in a straight line. */
    private float rate(float done) {
        if (done < WARM_UP) return recipe.rate() * done / WARM_UP;
        return recipe.rate() * (LAST_RATE + (1 - LAST_RATE) * (1 - done) / (1 - WARM_UP));
    }

    private Pool pool() {
        float total = 0;
        for (Pool pool : pools) total += pool.share();
        float drawn = dice.fraction() * total;
        for (Pool pool : pools) {
            drawn -= pool.share();
            if (drawn < 0) return pool;
        }
        return pools.getLast();
    }

    private Batch batch(Pool pool, int step) {
        int pairs = Math.min(recipe.pairs(), pool.size()) / Lanes.WIDTH * Lanes.WIDTH;
        int[] items = pool.next(pairs);
        int[][] firsts = new int[pairs][];
        int[][] seconds = new int[pairs][];
        boolean[] general = new boolean[pairs];
        shards.ranges(pairs, PAIRS_OF_SHARD, (from, to) -> {
            IntList first = new IntList(64);
            IntList second = new IntList(512);
            for (int i = from; i < to; i++) {
                first.cut(0);
                second.cut(0);
                Dice own = Dice.of(recipe.seed(), 3L + step, i);
                general[i] = views.make(pool.part(items[i]), pool.line(items[i]), own, first, second);
                firsts[i] = first.toArray();
                seconds[i] = second.toArray();
            }
        });
        IntList tokens = new IntList(pairs * 200);
        int[] ends = new int[2 * pairs];
        for (int i = 0; i < pairs; i++) {
            tokens.addAll(firsts[i], 0, firsts[i].length);
            ends[i] = tokens.size();
        }
        for (int i = 0; i < pairs; i++) {
            tokens.addAll(seconds[i], 0, seconds[i].length);
            ends[pairs + i] = tokens.size();
        }
        return new Batch(pairs, tokens.array(), ends, pool.alike(items, general));
    }

    /** Puts passages that the model finds alike side by side. */
    private void regroup(int step) {
        for (Pool pool : pools) {
            if (!pool.hasNeighbours()) continue;
            int dimension = recipe.sizes()[0];
            float[] vectors = new float[pool.size() * dimension];
            shards.ranges(pool.size(), 1024, (from, to) -> {
                IntList tokens = new IntList(256);
                for (int item = from; item < to; item++) place(pool, item, tokens, vectors, dimension);
            });
            pool.reorder(Neighbourhoods.order(vectors, dimension, recipe.seed() + 31L * step));
        }
    }

    private void place(Pool pool, int item, IntList tokens, float[] vectors, int dimension) {
        TrainingText.Part part = pool.part(item);
        int line = pool.line(item);
        int start = part.start(line, part.fields() - 1);
        tokens.cut(0);
        for (int i = start; i < Math.min(part.end(line, part.fields() - 1), start + WORDS_OF_PLACE); i++) {
            speller.spellings().append(part.words()[i], tokens);
        }
        int at = item * dimension;
        for (int t = 0; t < tokens.size(); t++) Lanes.add(rows, tokens.get(t) * recipe.dimension(), vectors, at, dimension);
        float squares = Lanes.dot(vectors, at, vectors, at, dimension);
        if (squares == 0) return;
        float[] copy = java.util.Arrays.copyOfRange(vectors, at, at + dimension);
        Lanes.addScaled((float) (1 / Math.sqrt(squares)) - 1, copy, 0, vectors, at, dimension);
    }
}
