package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The project's tokenizer next to Hugging Face's, as Deep Java Library calls it: the same file, the same paragraphs, one thread.
 *
 * @param rounds how many rounds count
 */
record TokenizerSpeed(int rounds) implements Measurement {
    static final List<String> OPTIONS = List.of("--rounds");

    private static final int PARAGRAPHS = 1_000;
    private static final int VOCABULARY = 30_522;
    private static final int MAX_TOKENS = 512;
    private static final int TURN_MILLIS = 300;
    private static final Path FOLDER = Path.of("benchmarks", "target", "tokenizer");
    private static final String OURS = "ours";

    static TokenizerSpeed of(CommandLine options) {
        return new TokenizerSpeed(options.number("--rounds", 10));
    }

    @Override
    public ObjectNode run(PrintStream out) throws IOException {
        DjlEncoder.prepare(FOLDER.resolve("djl"));
        EnglishText text = EnglishText.read();
        List<String> paragraphs = text.paragraphs(PARAGRAPHS);
        Files.createDirectories(FOLDER);
        Path file = FOLDER.resolve("tokenizer.json");
        MadeUpVocabulary.write(text, VOCABULARY, file);
        Tokenizer ours;
        try (InputStream in = Files.newInputStream(file)) {
            ours = Tokenizer.read(in);
        }
        try (DjlTokenizer djl = DjlTokenizer.open(file, MAX_TOKENS)) {
            long tokens = 0;
            int identical = 0;
            for (String paragraph : paragraphs) {
                int[] ids = ours.encode(paragraph, MAX_TOKENS).ids();
                tokens += ids.length;
                if (Arrays.equals(ids, djl.encode(paragraph))) identical++;
            }
            String peer = "DJL " + djl.version() + ", Hugging Face tokenizers";
            Turns turns = Turns.ofThisThread()
                    .add(OURS, () -> paragraphs.forEach(paragraph -> ours.encode(paragraph, MAX_TOKENS)))
                    .add(peer, () -> paragraphs.forEach(djl::encode)).run(rounds, TURN_MILLIS);
            return report(turns, peer, tokens, (double) identical / PARAGRAPHS, out);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new BenchmarkException("a library failed: " + e, e);
        }
    }

    private static ObjectNode report(Turns turns, String peer, long tokens, double identical, PrintStream out) {
        Table table = new Table(PARAGRAPHS + " paragraphs, " + tokens + " tokens", "million tokens/s", "µs a paragraph",
                "identical");
        for (String name : List.of(OURS, peer)) {
            table.row(name, Table.cell(tokens / turns.seconds(name) / 1e6, 2),
                    Table.cell(turns.seconds(name) * 1e6 / PARAGRAPHS, 1), name.equals(OURS) ? Table.cell(identical, 3) : "");
        }
        table.print(out);
        return JsonNodeFactory.instance.objectNode().put("vs_djl", Decimals.round(turns.speedup(OURS, peer), 1))
                .put("identical", identical).put("mtok_per_s", Decimals.round(tokens / turns.seconds(OURS) / 1e6, 2));
    }
}
