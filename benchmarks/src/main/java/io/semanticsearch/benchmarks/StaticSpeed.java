package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.embedding.ModelDefinition;
import io.semanticsearch.embedding.local.LocalModels;
import io.semanticsearch.onnx.graph.EncoderShape;
import io.semanticsearch.onnx.graph.Precision;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/**
 * The built-in static model next to an encoder of MiniLM's shape in int8, from text to vector, one thread each.
 *
 * @param rounds how many rounds count
 */
record StaticSpeed(int rounds) implements Measurement {
    static final List<String> OPTIONS = List.of("--rounds");

    private static final int TEXTS = 200;
    private static final int TURN_MILLIS = 300;
    private static final String STATIC = "built-in:english-small";
    private static final String ENCODER = "MiniLM shape, int8";

    static StaticSpeed of(CommandLine options) {
        return new StaticSpeed(options.number("--rounds", 8));
    }

    @Override
    public ObjectNode run(PrintStream out) throws IOException {
        EnglishText text = EnglishText.read();
        List<String> texts = text.paragraphs(TEXTS);
        EncoderFiles miniLm = EncoderFiles.write("minilm", EncoderShape.miniLm(), text);
        try (EmbeddingFunction builtIn = builtIn(); EmbeddingFunction encoder = miniLm.open(Precision.INT8)) {
            Turns turns = Turns.ofThisThread().add(STATIC, () -> builtIn.encodeDocuments(texts))
                    .add(ENCODER, () -> encoder.encodeDocuments(texts)).run(rounds, TURN_MILLIS);
            Table table = new Table(TEXTS + " paragraphs", "texts/s", "µs a text");
            for (String name : List.of(STATIC, ENCODER)) {
                table.row(name, Table.cell(TEXTS / turns.seconds(name), 0), Table.cell(turns.seconds(name) * 1e6 / TEXTS, 1));
            }
            table.print(out);
            return JsonNodeFactory.instance.objectNode().put("vs_minilm_int8",
                    Decimals.round(turns.speedup(STATIC, ENCODER), 1));
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new BenchmarkException("a model failed: " + e, e);
        }
    }

    private static EmbeddingFunction builtIn() {
        Map<String, Object> definition = Map.of("provider", "local", "model", STATIC);
        return new LocalModels(null).open((LocalModel) ModelDefinition.of("static", definition));
    }
}
