package io.semanticsearch.onnx.graph;

/**
 * An encoder straight from the formulas, in double and one text at a time: there is no padding, and nothing is shared with what it is
 * compared to but the weights. "Attention Is All You Need" (2017), "BERT" (2018), "GELUs" (2016), "MPNet" (2020), with T5's relative
 * positions (2019).
 */
final class ReferenceEncoder implements Reference {

    private final EncoderShape shape;
    private final RandomWeights weights;
    private final WeightNames names;

    ReferenceEncoder(RandomWeights weights) {
        this.shape = weights.shape();
        this.weights = weights;
        this.names = shape.architecture().names();
    }

    @Override
    public double[][] encode(int[] ids) {
        double[][] x = new double[ids.length][shape.hidden()];
        for (int t = 0; t < ids.length; t++) {
            for (int h = 0; h < shape.hidden(); h++) {
                x[t][h] = at(names.words(), ids[t], h) + at(names.positions(), shape.firstPosition() + t, h)
                        + (shape.tokenTypes() > 0 ? at(names.tokenTypes(), 0, h) : 0);
            }
            normalize(x[t], names.embeddingNorm());
        }
        for (int i = 0; i < shape.layers(); i++) x = layer(x, names.layers() + i);
        return x;
    }

    private double[][] layer(double[][] x, String layer) {
        double[][] attended = linear(attention(x, layer), layer + names.attentionOutput());
        for (int t = 0; t < x.length; t++) normalize(add(attended[t], x[t]), layer + names.attentionNorm());
        double[][] wide = linear(attended, layer + names.up());
        for (double[] row : wide) {
            for (int i = 0; i < row.length; i++) row[i] = row[i] * normalDistribution(row[i]);
        }
        double[][] narrow = linear(wide, layer + names.down());
        for (int t = 0; t < x.length; t++) normalize(add(narrow[t], attended[t]), layer + names.outputNorm());
        return narrow;
    }

    private double[][] attention(double[][] x, String layer) {
        double[][] queries = linear(x, layer + names.query());
        double[][] keys = linear(x, layer + names.key());
        double[][] values = linear(x, layer + names.value());
        int width = shape.hidden() / shape.heads();
        double[][] out = new double[x.length][shape.hidden()];
        for (int head = 0; head < shape.heads(); head++) {
            for (int from = 0; from < x.length; from++) {
                double[] shares = new double[x.length];
                for (int to = 0; to < x.length; to++) {
                    for (int i = head * width; i < (head + 1) * width; i++) shares[to] += queries[from][i] * keys[to][i];
                    shares[to] /= Math.sqrt(width);
                    if (shape.relative()) shares[to] += at(names.relativeBias(), bucket(to - from), head);
                }
                softmax(shares);
                for (int to = 0; to < x.length; to++) {
                    for (int i = head * width; i < (head + 1) * width; i++) out[from][i] += shares[to] * values[to][i];
                }
            }
        }
        return out;
    }

    /** Eight near distances, then eight that grow by the eighth root of sixteen up to 128; ahead the same again. */
    private static int bucket(int distance) {
        int side = distance > 0 ? 16 : 0;
        int length = Math.abs(distance);
        if (length < 8) return side + length;
        int bucket = 8;
        while (bucket < 15 && length >= Math.round(8 * Math.pow(16, (bucket - 7) / 8.0) * 1e9) / 1e9)
            bucket++;
        return side + bucket;
    }

    private double[][] linear(double[][] x, String name) {
        float[] matrix = weights.get(name + WeightNames.WEIGHT);
        float[] bias = weights.get(name + WeightNames.BIAS);
        int inputs = x[0].length;
        double[][] y = new double[x.length][bias.length];
        for (int t = 0; t < x.length; t++) {
            for (int o = 0; o < bias.length; o++) {
                double sum = bias[o];
                for (int i = 0; i < inputs; i++) sum += x[t][i] * matrix[o * inputs + i];
                y[t][o] = sum;
            }
        }
        return y;
    }

    private double at(String table, int row, int column) {
        float[] values = weights.get(table);
        int columns = (int) weights.axes(table)[1];
        return values[row * columns + column];
    }

    private void normalize(double[] row, String name) {
        double mean = 0;
        for (double value : row) mean += value / row.length;
        double variance = 0;
        for (double value : row) variance += (value - mean) * (value - mean) / row.length;
        for (int i = 0; i < row.length; i++) {
            row[i] = (row[i] - mean) / Math.sqrt(variance + shape.epsilon()) * weights.get(name + WeightNames.WEIGHT)[i]
                    + weights.get(name + WeightNames.BIAS)[i];
        }
    }

    static double[] add(double[] to, double[] what) {
        for (int i = 0; i < to.length; i++) to[i] += what[i];
        return to;
    }

    static void softmax(double[] scores) {
        double most = Double.NEGATIVE_INFINITY;
        for (double score : scores) most = Math.max(most, score);
        double sum = 0;
        for (int i = 0; i < scores.length; i++) {
            scores[i] = Math.exp(scores[i] - most);
            sum += scores[i];
        }
        for (int i = 0; i < scores.length; i++) scores[i] /= sum;
    }

    /** The share of a standard normal distribution below x, by the series of the error function and, far out, its continued fraction. */
    static double normalDistribution(double x) {
        double z = Math.abs(x) / Math.sqrt(2);
        double tail;
        if (z < 3) {
            double term = z;
            double sum = z;
            for (int n = 1; Math.abs(term) > 1e-18 && n < 200; n++) {
                term *= -z * z / n;
                sum += term / (2 * n + 1);
            }
            tail = (1 - 2 / Math.sqrt(Math.PI) * sum) / 2;
        } else {
            double fraction = z;
            for (int n = 60; n > 0; n--) fraction = z + n / 2.0 / fraction;
            tail = Math.exp(-z * z) / fraction / Math.sqrt(Math.PI) / 2;
        }
        return x < 0 ? tail : 1 - tail;
    }
}
