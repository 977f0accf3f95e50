package io.semanticsearch.benchmarks;

import io.semanticsearch.onnx.graph.EncoderShape;
import io.semanticsearch.onnx.graph.RandomWeights;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A BERT as TorchScript, in evaluation mode, operator by operator as a trace of the Python code has it, with one vector of a text as the
 * output. The format: https://github.com/pytorch/pytorch, {@code torch/csrc/jit/docs/serialization.md}.
 */
final class TorchScript {
    private static final String ROOT = "bert/";

    /** The version of the format whose operators mean what they mean today. */
    private static final String FORMAT = "10\n";

    private final RandomWeights weights;
    private final TokenPooling pooling;
    private final EncoderShape shape;
    private final Map<String, String> fields = new LinkedHashMap<>();
    private final StringBuilder code = new StringBuilder();

    private TorchScript(RandomWeights weights, TokenPooling pooling) {
        this.weights = weights;
        this.pooling = pooling;
        this.shape = weights.shape();
    }

    static void write(RandomWeights weights, TokenPooling pooling, Path file) throws IOException {
        new TorchScript(weights, pooling).write(file);
    }

    private void write(Path file) throws IOException {
        String module = module();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 18);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setLevel(Deflater.NO_COMPRESSION);
            entry(zip, "version", FORMAT.getBytes(StandardCharsets.US_ASCII));
            entry(zip, "code/__torch__.py", module.getBytes(StandardCharsets.US_ASCII));
            entry(zip, "constants.pkl", new Pickle().emptyTuple().end());
            entry(zip, "data.pkl", data());
            for (String name : fields.keySet()) entry(zip, "data/" + fields.get(name), bytes(weights.values().get(name)));
        }
    }

    private String module() {
        forward();
        StringBuilder text = new StringBuilder(
                "class Bert(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n");
        for (String field : fields.values()) text.append("  ").append(field).append(" : Tensor\n");
        return text.append(
                "  def forward(self: __torch__.Bert, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:\n")
                .append(code).toString();
    }

    private void forward() {
        line("batch", "torch.size(ids, 0)");
        line("tokens", "torch.size(ids, 1)");
        line("words", "torch.embedding(%s, ids)", weight("embeddings.word_embeddings.weight"));
        line("places", "torch.slice(%s, 0, 0, tokens)", weight("embeddings.position_embeddings.weight"));
        line("kinds", "torch.embedding(%s, types)", weight("embeddings.token_type_embeddings.weight"));
        line("x", "torch.add(torch.add(words, kinds), places)");
        norm("x", "x", "embeddings.LayerNorm");
        line("ones", "torch.to(mask, 6)");
        line("hidden", "torch.mul(torch.rsub(torch.unsqueeze(torch.unsqueeze(ones, 1), 2), 1.), %s)",
                Double.toString(-Float.MAX_VALUE).replace("E", "e+"));
        for (int i = 0; i < shape.layers(); i++) layer("encoder.layer." + i);
        switch (pooling) {
            case MEAN -> {
                line("column", "torch.unsqueeze(ones, -1)");
                line("sum", "torch.sum(torch.mul(x, column), [1])");
                line("vector", "torch.div(sum, torch.clamp_min(torch.sum(column, [1]), 1.0e-09))");
            }
            case FIRST -> line("vector", "torch.select(x, 1, 0)");
        }
        code.append("    return torch.div(vector, torch.norm(vector, 2, [1], True))\n");
    }

    private void layer(String layer) {
        heads("q", layer + ".attention.self.query");
        heads("k", layer + ".attention.self.key");
        heads("v", layer + ".attention.self.value");
        double root = Math.sqrt((double) shape.hidden() / shape.heads());
        line("scores", "torch.add(torch.div(torch.matmul(q, torch.transpose(k, -1, -2)), %s), hidden)", Double.toString(root));
        line("seen", "torch.matmul(torch.softmax(scores, -1), v)");
        line("flat", "torch.view(torch.contiguous(torch.permute(seen, [0, 2, 1, 3])), [batch, tokens, %s])",
                Integer.toString(shape.hidden()));
        linear("attended", "flat", layer + ".attention.output.dense");
        norm("between", "torch.add(attended, x)", layer + ".attention.output.LayerNorm");
        linear("wide", "between", layer + ".intermediate.dense");
        linear("narrow", "torch.gelu(wide)", layer + ".output.dense");
        norm("x", "torch.add(narrow, between)", layer + ".output.LayerNorm");
    }

    private void heads(String to, String name) {
        linear(to + "_flat", "x", name);
        line(to, "torch.permute(torch.view(%s_flat, [batch, tokens, %s, %s]), [0, 2, 1, 3])", to,
                Integer.toString(shape.heads()), Integer.toString(shape.hidden() / shape.heads()));
    }

    private void linear(String to, String from, String name) {
        line(to, "torch.linear(%s, %s, %s)", from, weight(name + ".weight"), weight(name + ".bias"));
    }

    private void norm(String to, String from, String name) {
        line(to, "torch.layer_norm(%s, [%s], %s, %s, %s)", from, Integer.toString(shape.hidden()), weight(name + ".weight"),
                weight(name + ".bias"), Double.toString(shape.epsilon()).replaceAll("E-(\\d+)$", "e-$1"));
    }

    private void line(String to, String expression, String... parts) {
        code.append("    ").append(to).append(" = ").append(expression.formatted((Object[]) parts)).append('\n');
    }

    private String weight(String name) {
        return "self." + fields.computeIfAbsent(name, unknown -> "w" + fields.size());
    }

    private byte[] data() {
        Pickle pickle = new Pickle().object("__torch__", "Bert").text("training").no();
        for (Map.Entry<String, String> field : fields.entrySet()) {
            pickle.text(field.getValue()).tensor(field.getValue(), weights.axes(field.getKey()));
        }
        return pickle.endObject().end();
    }

    private static byte[] bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    private static void entry(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(ROOT + name));
        zip.write(content);
        zip.closeEntry();
    }
}
