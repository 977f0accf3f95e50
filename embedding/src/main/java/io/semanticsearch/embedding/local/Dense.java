package io.semanticsearch.embedding.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.local.ModelSettings.Module;
import io.semanticsearch.onnx.safetensors.Safetensors;
import io.semanticsearch.onnx.safetensors.TensorView;
import java.util.List;

/**
 * A layer after the pooling: {@code activation(weight * x + bias)}, the Dense module of sentence-transformers.
 *
 * @param weight [outputs * inputs], the row of an output after the other
 * @param bias [outputs]
 * @param tanh whether the activation is the hyperbolic tangent; else there is none
 */
record Dense(float[] weight, float[] bias, boolean tanh) {

    private static final String WEIGHTS = "model.safetensors";
    private static final String WEIGHT = "linear.weight";
    private static final String BIAS = "linear.bias";
    private static final int MAX_WIDTH = 1 << 16;

    Dense {
        if (bias.length == 0 || weight.length % bias.length != 0) {
            throw new IllegalArgumentException(
                    "a layer of [" + weight.length + "] weights cannot have [" + bias.length + "] outputs");
        }
    }

    /** The files of it that decide what a vector is. */
    static List<String> files(Module module) {
        return List.of(module.file(ModelSettings.CONFIG), module.file(WEIGHTS));
    }

    static Dense read(ModelFolder folder, Module module) {
        String config = module.file(ModelSettings.CONFIG);
        JsonNode json = folder.json(config).orElseThrow(() -> folder.missing(config));
        String activation = json.path("activation_function").asText("torch.nn.modules.activation.Tanh");
        String name = activation.substring(activation.lastIndexOf('.') + 1);
        if (!List.of("Tanh", "Identity").contains(name)) {
            throw new EmbeddingException.BadRequest("model [" + folder.model() + "]: file [" + config + "] has the activation ["
                    + activation + "], expected [Tanh] or [Identity]");
        }
        String file = module.file(WEIGHTS);
        if (!folder.has(file)) throw folder.missing(file);
        try (Safetensors weights = folder.safetensors(file)) {
            TensorView weight = weights.tensor(WEIGHT)
                    .orElseThrow(() -> folder.broken(file, "has no tensor [" + WEIGHT + "], it has " + weights.names(), null));
            boolean usable = weight.isReal() && weight.shape().size() == 2
                    && weight.shape().stream().allMatch(size -> size >= 1 && size <= MAX_WIDTH);
            if (!usable) {
                throw folder.broken(file,
                        "has tensor [" + WEIGHT + "] of type [" + weight.type() + "] and shape " + weight.shape()
                                + ", expected real numbers of [outputs, inputs]",
                        null);
            }
            int outputs = weight.shape().getFirst().intValue();
            float[] bias = weights.tensor(BIAS).map(Dense::reals).orElseGet(() -> new float[outputs]);
            if (bias.length != outputs) {
                throw folder.broken(file, "has [" + bias.length + "] numbers in [" + BIAS + "], expected [" + outputs + "]",
                        null);
            }
            return new Dense(reals(weight), bias, name.equals("Tanh"));
        }
    }

    int inputs() {
        return weight.length / bias.length;
    }

    int outputs() {
        return bias.length;
    }

    /** @param x [inputs] */
    float[] apply(float[] x) {
        float[] y = new float[bias.length];
        for (int o = 0; o < y.length; o++) {
            double sum = bias[o];
            for (int i = 0, from = o * x.length; i < x.length; i++) sum += (double) weight[from + i] * x[i];
            y[o] = (float) (tanh ? Math.tanh(sum) : sum);
        }
        return y;
    }

    private static float[] reals(TensorView tensor) {
        float[] reals = new float[Math.toIntExact(tensor.count())];
        for (int i = 0; i < reals.length; i++) reals[i] = tensor.real(i);
        return reals;
    }
}
