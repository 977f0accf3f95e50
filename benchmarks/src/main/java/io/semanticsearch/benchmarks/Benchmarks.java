package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.node.NodeStartException;
import io.semanticsearch.node.PluginRefusedException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The entry point: picks the measurement, and prints its figures as the last line. */
public final class Benchmarks {
    static final String USAGE = """
            benchmarks/run COMMAND [OPTION …]

              relevance --data FOLDER    how well questions find their documents, by meaning and by keyword
                  --limit N              ask the first N questions only
                  --shards N             primary shards of the index, 1 if not given
                  --candidates N         [num_candidates] of the semantic clause, its default if not given
              ingest --data FOLDER       documents a second with and without the embedding field, and the model alone
                  --documents N          how many, the corpus over and over; all of the corpus once if not given
                  --rounds N             rounds that count, 7 if not given
                  --clients N            bulk requests at a time, 1 if not given
              memory                     memory of the node while it embeds, and while a model comes and goes
                  --texts N              short texts to embed, 100000 if not given
                  --unloads N            how often the model is loaded and unloaded, 1000 if not given
                  --calls N              how often an encoder is called without a node, 1000000 if not given
              search --data FOLDER       searches a second by meaning and by keyword, 1 and 4 clients, cold and warm query cache
                  --rounds N             rounds, 3 if not given
              recall --data FOLDER       how many of the nearest each quantization finds, how fast next to Lucene, and in how many bytes
                  --texts FOLDER         as well or instead: texts in .jsonl.gz files, see benchmarks/README.md
                  --documents N          of each at most, 100000 if not given
                  --questions N          of each at most, 1000 if not given
                  --rounds N             rounds of timing that count, 12 if not given
                  --candidates N         [num_candidates] of the clause, its default if not given
                  --oversample N         [rescore.oversample] of the clause, its default if not given
              filter --texts FOLDER      how many of the nearest a filtered clause finds, and how fast next to comparing with all that pass
                  --data FOLDER          as well or instead
                  --documents N          of each at most, 100000 if not given
                  --questions N          of each at most, 300 if not given
                  --rounds N             rounds of timing that count, 12 if not given
              node                       what a node adds to its model: bulks, and searches while they run
                  --rounds N             rounds of bulks that count, 5 if not given
                  --heap SIZE            heap of the node, 1g if not given
              soak                       three nodes that are killed and stopped short while they are written to and searched
                  --minutes N            how long, 30 if not given
                  --writers N            bulks at a time, 3 if not given
                  --searchers N          searches at a time, 2 if not given
                  --heap SIZE            heap of each node, 512m if not given
              reembed --data FOLDER      three nodes move a field to another model while it is searched and written, one is killed half-way
                  --throttle N           documents a second that the job writes at most, 100 if not given
                  --searchers N          searches at a time, 2 if not given
                  --heap SIZE            heap of each node, 512m if not given
              encoder                    encoders next to the same ones in other libraries, without a node
                  --rounds N             rounds that count, 20 if not given
              long                       long texts through encoders that are made for them, next to their exports, without a node
                  --rounds N             rounds that count, 2 if not given
              tokenizer                  the tokenizer next to Hugging Face's, without a node
                  --rounds N             rounds that count, 10 if not given
              static                     the built-in model next to an encoder in int8, without a node
                  --rounds N             rounds that count, 8 if not given

            The first four also know
                  --model FOLDER         a static model to measure in place of the built-in one
                  --heap SIZE            heap of the node, 1g if not given

            FOLDER of --data is a folder in BEIR layout: corpus.jsonl, queries.jsonl, and qrels.tsv or qrels/test.tsv.
            benchmarks/README.md says what the figures mean.
            """;

    private Benchmarks() {}

    /** Run from the root of the repository, as {@code benchmarks/run} does. */
    public static void main(String[] arguments) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        List<String> words = Arrays.asList(arguments);
        if (words.isEmpty() || words.contains("--help")) {
            out.print(USAGE);
            return;
        }
        try {
            Measurement measurement = measurement(words);
            ObjectNode figures = JsonNodeFactory.instance.objectNode();
            if (measurement.namesItsCommand()) figures.put("command", words.getFirst());
            figures.setAll(measurement.run(out));
            out.println(figures);
            List<String> bad = measurement.mustBeZero().stream().filter(figure -> figures.path(figure).asLong() != 0).toList();
            if (!bad.isEmpty()) throw new BenchmarkException("not zero, as they must be: " + bad);
        } catch (BenchmarkException | NodeStartException | PluginRefusedException | IllegalStateException e) {
            System.err.println("benchmarks: " + e.getMessage());
            System.exit(1);
        }
    }

    private static Measurement measurement(List<String> words) {
        List<String> options = words.subList(1, words.size());
        Path folder = Path.of(System.getProperty("benchmarks.called_from", ""));
        return switch (words.getFirst()) {
            case "relevance" -> Relevance.of(CommandLine.parse(options, Relevance.OPTIONS, folder));
            case "ingest" -> Ingest.of(CommandLine.parse(options, Ingest.OPTIONS, folder));
            case "memory" -> Memory.of(CommandLine.parse(options, Memory.OPTIONS, folder));
            case "search" -> SearchSpeed.of(CommandLine.parse(options, SearchSpeed.OPTIONS, folder));
            case "encoder" -> EncoderSpeed.of(CommandLine.parse(options, EncoderSpeed.OPTIONS, folder));
            case "long" -> LongTexts.of(CommandLine.parse(options, LongTexts.OPTIONS, folder));
            case "tokenizer" -> TokenizerSpeed.of(CommandLine.parse(options, TokenizerSpeed.OPTIONS, folder));
            case "static" -> StaticSpeed.of(CommandLine.parse(options, StaticSpeed.OPTIONS, folder));
            case "recall" -> Recall.of(CommandLine.parse(options, Recall.OPTIONS, folder));
            case "soak" -> Soak.of(CommandLine.parse(options, Soak.OPTIONS, folder));
            case "reembed" -> Reembed.of(CommandLine.parse(options, Reembed.OPTIONS, folder));
            case "filter" -> Filtered.of(CommandLine.parse(options, Filtered.OPTIONS, folder));
            case "node" -> NodeSpeed.of(CommandLine.parse(options, NodeSpeed.OPTIONS, folder));
            default -> throw new BenchmarkException("unknown command [" + words.getFirst() + "]\n" + USAGE);
        };
    }
}
