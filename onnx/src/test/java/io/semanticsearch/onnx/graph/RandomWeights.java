package io.semanticsearch.onnx.graph;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/** Random weights of an encoder by their Hugging Face names, row-major as PyTorch has them. The same seed makes the same ones. */
public record RandomWeights(EncoderShape shape, Map<String, float[]> values) {

    /** Larger than in a model that is not trained yet, so that attention looks at some tokens more than at others. */
    private static final double ATTENTION_GAIN = 2;
    private static final double SPREAD = 0.1;

    public static RandomWeights of(EncoderShape shape, long seed) {
        Random random = new Random(seed);
        Map<String, float[]> values = new LinkedHashMap<>();
        if (shape.architecture().rotary()) return rotary(shape, random, values);
        WeightNames names = shape.architecture().names();
        values.put(names.words(), numbers(random, shape.vocabulary() * shape.hidden(), 0, 0.05));
        values.put(names.positions(), numbers(random, shape.positionRows() * shape.hidden(), 0, 0.03));
        if (shape.tokenTypes() > 0) values.put(names.tokenTypes(), numbers(random, shape.tokenTypes() * shape.hidden(), 0, 0.03));
        putNorm(values, random, names.embeddingNorm(), shape.hidden());
        if (shape.relative()) values.put(names.relativeBias(), numbers(random, EncoderShape.BUCKETS * shape.heads(), 0, 1));
        for (int i = 0; i < shape.layers(); i++) {
            String layer = names.layers() + i;
            putLinear(values, random, layer + names.query(), shape.hidden(), shape.hidden(), ATTENTION_GAIN);
            putLinear(values, random, layer + names.key(), shape.hidden(), shape.hidden(), ATTENTION_GAIN);
            putLinear(values, random, layer + names.value(), shape.hidden(), shape.hidden(), 1);
            putLinear(values, random, layer + names.attentionOutput(), shape.hidden(), shape.hidden(), 1);
            putNorm(values, random, layer + names.attentionNorm(), shape.hidden());
            putLinear(values, random, layer + names.up(), shape.hidden(), shape.intermediate(), 1);
            putLinear(values, random, layer + names.down(), shape.intermediate(), shape.hidden(), 1);
            putNorm(values, random, layer + names.outputNorm(), shape.hidden());
        }
        return new RandomWeights(shape, values);
    }

    /** Linear layers have no biases, and norms none either where they come before their layers. */
    private static RandomWeights rotary(EncoderShape shape, Random random, Map<String, float[]> values) {
        RotaryNames names = shape.architecture().rotaryNames();
        int hidden = shape.hidden();
        int wide = shape.intermediate();
        boolean shift = !names.preNorm();
        values.put(names.words(), numbers(random, shape.vocabulary() * hidden, 0, 0.05));
        if (shape.tokenTypes() > 0) values.put(names.tokenTypes(), numbers(random, shape.tokenTypes() * hidden, 0, 0.03));
        putNorm(values, random, names.embeddingNorm(), hidden, shift);
        for (int i = 0; i < shape.layers(); i++) {
            String layer = names.layers() + i;
            float[] three = numbers(random, 3 * hidden * hidden, 0, 1 / Math.sqrt(hidden));
            for (int at = 0; at < 2 * hidden * hidden; at++) three[at] *= (float) ATTENTION_GAIN;
            values.put(layer + names.queryKeyValue() + WeightNames.WEIGHT, three);
            putMatrix(values, random, layer + names.attentionOutput(), hidden, hidden);
            if (i > 0 || shift) putNorm(values, random, layer + names.attentionNorm(), hidden, shift);
            boolean together = names.gate().equals(names.activated());
            putMatrix(values, random, layer + names.activated(), hidden, together ? 2 * wide : wide);
            if (!together) putMatrix(values, random, layer + names.gate(), hidden, wide);
            putMatrix(values, random, layer + names.down(), wide, hidden);
            putNorm(values, random, layer + names.feedForwardNorm(), hidden, shift);
        }
        if (names.preNorm()) putNorm(values, random, names.finalNorm(), hidden, shift);
        return new RandomWeights(shape, values);
    }

    /** As in a model whose training began just now: many vectors are equal. */
    RandomWeights withEqualVectors() {
        Map<String, float[]> equal = new LinkedHashMap<>(values);
        equal.replaceAll((name, numbers) -> {
            if (!name.contains("key") && !name.contains("k_lin") && !name.contains("attn.k")
                    && !name.toLowerCase(Locale.ROOT).contains("norm"))
                return numbers;
            if (axes(name).length != 1) return numbers;
            float[] same = new float[numbers.length];
            Arrays.fill(same, name.endsWith(WeightNames.BIAS) ? 0 : 1);
            return same;
        });
        return new RandomWeights(shape, equal);
    }

    float[] get(String name) {
        return values.get(name);
    }

    /** Numbers along each axis. */
    public long[] axes(String name) {
        int columns = columns(name);
        int rows = values.get(name).length / columns;
        return rows == 1 && !name.contains("_embeddings")
                ? new long[]{columns}
                : new long[]{rows, columns};
    }

    private int columns(String name) {
        if (shape.architecture().rotary()) {
            if (name.endsWith(shape.architecture().rotaryNames().down() + WeightNames.WEIGHT)) return shape.intermediate();
            return name.endsWith(WeightNames.BIAS) ? values.get(name).length : shape.hidden();
        }
        if (name.endsWith(shape.architecture().names().down() + WeightNames.WEIGHT) && !name.contains("attention"))
            return shape.intermediate();
        if (name.equals(shape.architecture().names().relativeBias())) return shape.heads();
        if (name.endsWith(WeightNames.BIAS)) return values.get(name).length;
        return shape.hidden();
    }

    private static void putLinear(Map<String, float[]> values, Random random, String name, int inputs, int outputs, double gain) {
        values.put(name + WeightNames.WEIGHT, numbers(random, inputs * outputs, 0, gain / Math.sqrt(inputs)));
        values.put(name + WeightNames.BIAS, numbers(random, outputs, 0, SPREAD));
    }

    private static void putMatrix(Map<String, float[]> values, Random random, String name, int inputs, int outputs) {
        values.put(name + WeightNames.WEIGHT, numbers(random, inputs * outputs, 0, 1 / Math.sqrt(inputs)));
    }

    private static void putNorm(Map<String, float[]> values, Random random, String name, int hidden, boolean shift) {
        values.put(name + WeightNames.WEIGHT, numbers(random, hidden, 1, SPREAD));
        if (shift) values.put(name + WeightNames.BIAS, numbers(random, hidden, 0, SPREAD));
    }

    private static void putNorm(Map<String, float[]> values, Random random, String name, int hidden) {
        values.put(name + WeightNames.WEIGHT, numbers(random, hidden, 1, SPREAD));
        values.put(name + WeightNames.BIAS, numbers(random, hidden, 0, SPREAD));
    }

    private static float[] numbers(Random random, int count, double mean, double deviation) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) numbers[i] = (float) (mean + deviation * random.nextGaussian());
        return numbers;
    }
}
