package io.semanticsearch.trainer;

import io.semanticsearch.trainer.TrainingText.Part;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lines that batches are made of, each once before any comes again. Lines that stand near each other in an order are put into a batch
 * together, so that what is held apart is hard to tell apart. For one thread.
 */
final class Pool {

    private final List<Part> parts;
    private final int[] firstLine;
    private final int size;
    private final int together;
    private final float share;
    private final Dice dice;
    private int[] order;
    private int[] groups;
    private int at;

    /**
     * @param parts of one kind
     * @param together neighbours in the order that come into one batch; 1 for any
     */
    Pool(List<Part> parts, int together, long seed) {
        this.parts = parts;
        this.together = together;
        this.firstLine = new int[parts.size() + 1];
        float shares = 0;
        for (int i = 0; i < parts.size(); i++) {
            firstLine[i + 1] = firstLine[i] + parts.get(i).lines();
            shares += parts.get(i).source().share();
        }
        this.size = firstLine[parts.size()];
        this.share = shares;
        this.dice = new Dice(seed);
        this.order = new int[size];
        for (int i = 0; i < size; i++) order[i] = i;
    }

    /** One pool for all passages, and one for each file of pairs. */
    static List<Pool> of(TrainingText text, Recipe recipe) {
        List<Part> passages = new ArrayList<>();
        List<Pool> pools = new ArrayList<>();
        for (Part part : text.parts()) {
            if (part.source().share() == 0 || part.source().kind() == Source.Kind.JUDGED) continue;
            if (part.source().kind() == Source.Kind.PASSAGES) {
                passages.add(part);
            } else if (part.lines() >= Lanes.WIDTH) {
                pools.add(new Pool(List.of(part), 1, recipe.seed() + 1000L * (pools.size() + 1)));
            }
        }
        Pool ofPassages = new Pool(passages, recipe.neighbours(), recipe.seed());
        if (ofPassages.size >= Lanes.WIDTH) pools.addFirst(ofPassages);
        if (pools.isEmpty())
            throw new TrainerException("the sources hold no pairs to train on; give one of them a [share] above 0");
        return pools;
    }

    int size() {
        return size;
    }

    float share() {
        return share;
    }

    boolean hasNeighbours() {
        return together > 1;
    }

    Part part(int item) {
        return parts.get(partOf(item));
    }

    int line(int item) {
        return item - firstLine[partOf(item)];
    }

    /** Puts the lines into another order: a permutation. */
    void reorder(int[] newOrder) {
        order = newOrder;
        groups = null;
    }

    /** The next lines, groups of neighbours at a time. */
    int[] next(int count) {
        int[] items = new int[count];
        int width = Math.min(together, count);
        for (int i = 0; i < count;) {
            if (groups == null || at >= groups.length) shuffle(width);
            int from = groups[at++];
            for (int k = from; k < Math.min(from + width, size) && i < count; k++) items[i++] = order[k];
        }
        return items;
    }

    private void shuffle(int width) {
        // The groups begin elsewhere every time, so that neighbours at an edge meet too.
        int offset = dice.below(width);
        IntList begins = new IntList(size / width + 2);
        for (int from = offset; from + width <= size; from += width) begins.add(from);
        if (begins.size() == 0) begins.add(0);
        groups = begins.toArray();
        dice.shuffle(groups, groups.length);
        at = 0;
    }

    /** For each pair of a batch the others whose second text may fit its first. */
    int[][] alike(int[] items, boolean[] general) {
        Map<Integer, IntList> byFirst = new HashMap<>();
        Map<Integer, IntList> bySecond = new HashMap<>();
        int[] first = new int[items.length];
        int[] second = new int[items.length];
        boolean passages = parts.getFirst().source().kind() == Source.Kind.PASSAGES;
        for (int i = 0; i < items.length; i++) {
            Part part = part(items[i]);
            int line = line(items[i]);
            first[i] = hash(part, line, 0);
            second[i] = hash(part, line, passages ? 2 : 1);
            byFirst.computeIfAbsent(first[i], key -> new IntList(2)).add(i);
            bySecond.computeIfAbsent(second[i], key -> new IntList(2)).add(i);
        }
        int[][] alike = new int[items.length][];
        for (int i = 0; i < items.length; i++) {
            IntList others = new IntList(0);
            if (general[i]) addOthers(byFirst.get(first[i]), i, others);
            addOthers(bySecond.get(second[i]), i, others);
            alike[i] = others.toArray();
        }
        return alike;
    }

    private static void addOthers(IntList all, int but, IntList to) {
        for (int i = 0; i < all.size(); i++) if (all.get(i) != but) to.add(all.get(i));
    }

    private static int hash(Part part, int line, int field) {
        int hash = 1;
        for (int i = part.start(line, field); i < part.end(line, field); i++) hash = 31 * hash + part.words()[i];
        return hash;
    }

    private int partOf(int item) {
        int part = 0;
        while (item >= firstLine[part + 1])
            part++;
        return part;
    }
}
