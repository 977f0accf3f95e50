package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.benchmarks.BenchmarkNode.NodeChoice;
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
import java.util.Optional;

/**
 * What a node adds to its model: with an encoder of MiniLM's shape in int8, and with the built-in model.
 *
 * @param rounds how many rounds of bulks count
 */
record NodeSpeed(NodeChoice choice, int rounds) implements Measurement {
    static final List<String> OPTIONS = List.of("--rounds", "--heap");

    private static final String BUILT_IN = "built-in:english-small";
    private static final int ENCODER_DOCUMENTS = 1_000;
    private static final int BUILT_IN_DOCUMENTS = 10_000;

    static NodeSpeed of(CommandLine options) {
        return new NodeSpeed(NodeChoice.of(options), options.number("--rounds", 5));
    }

    @Override
    public ObjectNode run(PrintStream out) throws IOException {
        ObjectNode figures = JsonNodeFactory.instance.objectNode();
        EnglishText text = EnglishText.read();
        EncoderFiles encoder = EncoderFiles.write("node-minilm", EncoderShape.miniLm(), text);
        try (EmbeddingFunction function = encoder.open(Precision.INT8)) {
            measure(new MeasuredModel(Optional.of(encoder.folder()), Optional.of("int8")), function, ENCODER_DOCUMENTS, text, "",
                    figures, out);
        }
        Map<String, Object> definition = Map.of("provider", "local", "model", BUILT_IN);
        try (EmbeddingFunction function = new LocalModels(null).open((LocalModel) ModelDefinition.of("built-in", definition))) {
            measure(new MeasuredModel(Optional.empty(), Optional.empty()), function, BUILT_IN_DOCUMENTS, text, "built_in_",
                    figures,
                    out);
        }
        return figures;
    }

    private void measure(MeasuredModel model,
            EmbeddingFunction function,
            int documents,
            EnglishText text,
            String prefix,
            ObjectNode figures,
            PrintStream out) throws IOException {
        try (BenchmarkNode node = BenchmarkNode.start("node", new NodeChoice(model, choice.settings()), out);
                NodeLoad load = new NodeLoad(node, model, function, text, documents)) {
            NodeLoad.Bulks bulks = load.bulks(rounds);
            out.println("Bulks done.");
            NodeLoad.Queries queries = load.queries();
            out.println("Queries done.");
            double idle = load.textQueries().percentile(99);
            double busy = load.textQueriesDuringBulks().percentile(99);
            double overhead = queries.text() - queries.vector() - queries.embedding();
            new Table(model.name(), "figure")
                    .row("documents/s, model alone", Table.cell(bulks.alone(), 0))
                    .row("documents/s, bulks", Table.cell(bulks.indexed(), 0))
                    .row("bulks to model alone", Table.cell(bulks.ratio(), 2))
                    .row("search by text, ms", Table.cell(queries.text(), 2))
                    .row("search by vector, ms", Table.cell(queries.vector(), 2))
                    .row("embedding, ms", Table.cell(queries.embedding(), 2))
                    .row("what the text adds to these, ms", Table.cell(overhead, 2))
                    .row("p99 of searches, idle, ms", Table.cell(idle, 2))
                    .row("p99 of searches during bulks, ms", Table.cell(busy, 2))
                    .row("p99 during bulks to idle", Table.cell(busy / idle, 2)).print(out);
            figures.put(prefix + "bulk_vs_model", Decimals.round(bulks.ratio(), 3))
                    .put(prefix + "query_overhead_ms", Decimals.round(overhead, 3))
                    .put(prefix + "p99_during_bulk_vs_idle", Decimals.round(busy / idle, 2));
        }
    }
}
