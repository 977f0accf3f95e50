package io.semanticsearch.onnx.graph;

/**
 * An encoder with rotary positions straight from the formulas, in double and one text at a time: nothing is shared with what it is compared
 * to but the weights. "RoFormer" (2021), "GLU Variants Improve Transformer" (2020), "Nomic Embed" (2024), "Smarter, Better, Faster, Longer"
 * (ModernBERT, 2024).
 */
final class RotaryReference implements Reference {

    private final EncoderShape shape;
    private final RandomWeights weights;
    private final RotaryNames names;
    private final boolean modern;

    RotaryReference(RandomWeights weights) {
        this.shape = weights.shape();
        this.weights = weights;
        this.names = shape.architecture().rotaryNames();
        this.modern = shape.architecture() == Architecture.MODERN_BERT;
    }

    @Override
    public double[][] encode(int[] ids) {
        double[][] x = new double[ids.length][shape.hidden()];
        for (int t = 0; t < ids.length; t++) {
            for (int h = 0; h < shape.hidden(); h++) {
                x[t][h] = weights.get(names.words())[ids[t] * shape.hidden() + h];
                if (!modern) x[t][h] += weights.get(names.tokenTypes())[h];
            }
        }
        x = normalized(x, names.embeddingNorm());
        for (int i = 0; i < shape.layers(); i++) x = modern ? modernLayer(x, i) : nomicLayer(x, i);
        return modern ? normalized(x, names.finalNorm()) : x;
    }

    private double[][] nomicLayer(double[][] x, int number) {
        String layer = names.layers() + number;
        double[][] between = normalized(sum(attention(x, layer, 1000, Integer.MAX_VALUE), x), layer + ".norm1");
        double[][] value = linear(between, layer + ".mlp.fc11", 0, shape.intermediate());
        double[][] gate = linear(between, layer + ".mlp.fc12", 0, shape.intermediate());
        for (int t = 0; t < x.length; t++) {
            for (int i = 0; i < shape.intermediate(); i++) value[t][i] *= gate[t][i] / (1 + Math.exp(-gate[t][i]));
        }
        return normalized(sum(linear(value, layer + ".mlp.fc2", 0, shape.hidden()), between), layer + ".norm2");
    }

    private double[][] modernLayer(double[][] x, int number) {
        String layer = names.layers() + number;
        boolean global = number % 3 == 0;
        double[][] reads = number == 0 ? x : normalized(x, layer + ".attn_norm");
        double[][] between = sum(
                attention(reads, layer, global ? 160_000 : 10_000, global ? Integer.MAX_VALUE : shape.window() / 2),
                x);
        double[][] normed = normalized(between, layer + ".mlp_norm");
        double[][] input = linear(normed, layer + ".mlp.Wi", 0, shape.intermediate());
        double[][] gate = linear(normed, layer + ".mlp.Wi", shape.intermediate(), shape.intermediate());
        for (int t = 0; t < x.length; t++) {
            for (int i = 0; i < shape.intermediate(); i++) {
                input[t][i] *= ReferenceEncoder.normalDistribution(input[t][i]) * gate[t][i];
            }
        }
        return sum(linear(input, layer + ".mlp.Wo", 0, shape.hidden()), between);
    }

    private double[][] attention(double[][] x, String layer, double theta, int reach) {
        int hidden = shape.hidden();
        int width = hidden / shape.heads();
        double[][] queries = turned(linear(x, layer + ".attn.Wqkv", 0, hidden), theta);
        double[][] keys = turned(linear(x, layer + ".attn.Wqkv", hidden, hidden), theta);
        double[][] values = linear(x, layer + ".attn.Wqkv", 2 * hidden, hidden);
        double[][] out = new double[x.length][hidden];
        for (int head = 0; head < shape.heads(); head++) {
            for (int from = 0; from < x.length; from++) {
                double[] shares = new double[x.length];
                for (int to = 0; to < x.length; to++) {
                    for (int i = head * width; i < (head + 1) * width; i++) shares[to] += queries[from][i] * keys[to][i];
                    shares[to] = Math.abs(from - to) > reach ? Double.NEGATIVE_INFINITY : shares[to] / Math.sqrt(width);
                }
                ReferenceEncoder.softmax(shares);
                for (int to = 0; to < x.length; to++) {
                    for (int i = head * width; i < (head + 1) * width; i++) out[from][i] += shares[to] * values[to][i];
                }
            }
        }
        return linear(out, layer + names.attentionOutput(), 0, hidden);
    }

    /** A number of the first half of a head and one of the second are a point in a plane, which turns with the position. */
    private double[][] turned(double[][] x, double theta) {
        int half = shape.hidden() / shape.heads() / 2;
        double[][] turned = new double[x.length][shape.hidden()];
        for (int t = 0; t < x.length; t++) {
            for (int i = 0; i < shape.hidden(); i++) {
                int pair = i % half;
                boolean first = i / half % 2 == 0;
                double angle = t * Math.pow(theta, -(double) pair / half);
                turned[t][i] = first
                        ? x[t][i] * Math.cos(angle) - x[t][i + half] * Math.sin(angle)
                        : x[t][i] * Math.cos(angle) + x[t][i - half] * Math.sin(angle);
            }
        }
        return turned;
    }

    /** Some outputs of a linear layer. */
    private double[][] linear(double[][] x, String name, int first, int outputs) {
        float[] matrix = weights.get(name + WeightNames.WEIGHT);
        int inputs = x[0].length;
        double[][] y = new double[x.length][outputs];
        for (int t = 0; t < x.length; t++) {
            for (int o = 0; o < outputs; o++) {
                for (int i = 0; i < inputs; i++) y[t][o] += x[t][i] * matrix[(first + o) * inputs + i];
            }
        }
        return y;
    }

    private double[][] normalized(double[][] x, String name) {
        float[] scale = weights.get(name + WeightNames.WEIGHT);
        float[] shift = weights.get(name + WeightNames.BIAS);
        double[][] normalized = new double[x.length][x[0].length];
        for (int t = 0; t < x.length; t++) {
            double mean = 0;
            for (double value : x[t]) mean += value / x[t].length;
            double variance = 0;
            for (double value : x[t]) variance += (value - mean) * (value - mean) / x[t].length;
            for (int i = 0; i < x[t].length; i++) {
                normalized[t][i] = (x[t][i] - mean) / Math.sqrt(variance + shape.epsilon()) * scale[i]
                        + (shift == null ? 0 : shift[i]);
            }
        }
        return normalized;
    }

    private static double[][] sum(double[][] a, double[][] b) {
        for (int t = 0; t < a.length; t++) ReferenceEncoder.add(a[t], b[t]);
        return a;
    }
}
