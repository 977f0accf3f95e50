package io.semanticsearch.embedding.remote;

import io.semanticsearch.embedding.Embedding;
import java.util.ArrayList;
import java.util.List;

/** Arithmetic of vectors that came from a server. */
final class Vectors {

    private Vectors() {}

    /** The vector with L2 norm 1; empty where it has no direction. */
    static float[] unit(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        if (sum == 0) return new float[0];
        double norm = Math.sqrt(sum);
        float[] unit = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            unit[i] = (float) (values[i] / norm);
        }
        return unit;
    }

    /** The mean of the parts of one text, each weighted by its tokens; a refused part refuses the text. */
    static Embedding mean(List<Embedding> parts) {
        List<Embedding.Vector> vectors = new ArrayList<>();
        for (Embedding part : parts) {
            if (part instanceof Embedding.Refused) return part;
            if (part instanceof Embedding.Vector vector) vectors.add(vector);
        }
        if (vectors.isEmpty()) return Embedding.NOTHING;
        float[] sum = new float[vectors.getFirst().values().length];
        int tokens = 0;
        boolean truncated = false;
        for (Embedding.Vector vector : vectors) {
            int weight = Math.max(1, vector.tokens());
            for (int i = 0; i < sum.length; i++) {
                sum[i] += weight * vector.values()[i];
            }
            tokens += vector.tokens();
            truncated |= vector.truncated();
        }
        float[] unit = unit(sum);
        return unit.length == 0 ? Embedding.NOTHING : new Embedding.Vector(unit, tokens, truncated);
    }
}
