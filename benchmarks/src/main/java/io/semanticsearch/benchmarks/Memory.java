package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semanticsearch.benchmarks.BenchmarkNode.NodeChoice;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Watches the memory of a node while it embeds many texts, and while its model is loaded and unloaded many times.
 *
 * @param texts how many texts are embedded
 * @param unloads how often the model is loaded and unloaded
 * @param calls how often an encoder is called, without a node
 */
record Memory(NodeChoice choice, int texts, int unloads, int calls) implements Measurement {
    static final List<String> OPTIONS = Stream.concat(Stream.of("--texts", "--unloads", "--calls"), NodeChoice.OPTIONS.stream())
            .toList();

    private static final int BATCH = 500;
    private static final int POINTS = 10;
    private static final int STARTS = 3;
    private static final int WORDS = 8;
    private static final long SEED = 20_260_101;

    static Memory of(CommandLine options) {
        return new Memory(NodeChoice.of(options), options.number("--texts", 100_000), options.number("--unloads", 1_000),
                options.number("--calls", 1_000_000));
    }

    /** The node's memory after so many texts or unloads. */
    private record Point(int done, ProcessMemory memory) {}

    @Override
    public ObjectNode run(PrintStream out) throws IOException {
        ObjectNode measured;
        try (BenchmarkNode node = BenchmarkNode.start("memory", choice, out)) {
            Random random = new Random(SEED);
            List<Point> embedding = series(node, texts, BATCH, out, "texts", count -> embed(node.rest(), random, count));
            List<Point> unloading = series(node, unloads, 1, out, "unloads", count -> loadAndUnload(node.rest()));
            ObjectNode figures = JsonNodeFactory.instance.objectNode().put("model", choice.model().name());
            Table table = new Table(choice.model().name(), "done", "RSS MB", "of that anonymous", "heap MB");
            figures.set("embed", figures("embed", embedding, table));
            figures.set("unload", figures("load and unload", unloading, table));
            table.print(out);
            measured = figures;
        }
        reportCalls(measured, out);
        reportPlugin(measured, out);
        return measured;
    }

    private void reportCalls(ObjectNode figures, PrintStream out) throws IOException {
        out.println("Calling an encoder " + calls + " times …");
        double growth = CallGrowth.megabytes(calls) * 1_000_000 / calls;
        new Table("encoder, calls", "grown MB a million").row(Integer.toString(calls), Table.cell(growth, 1)).print(out);
        figures.put("rss_growth_mb_per_million_calls", Decimals.round(growth, 1));
    }

    /** Two nodes differ by some megabytes even if nothing else does, so there are several of each. */
    private void reportPlugin(ObjectNode figures, PrintStream out) throws IOException {
        double[] with = new double[STARTS];
        double[] without = new double[STARTS];
        for (int i = 0; i < STARTS; i++) {
            try (BenchmarkNode node = BenchmarkNode.start("memory", choice, out)) {
                embed(node.rest(), new Random(SEED), BATCH);
                with[i] = ProcessMemory.residentMbAfterCollection(node);
            }
            try (BenchmarkNode node = BenchmarkNode.startBare("memory", choice, out)) {
                without[i] = ProcessMemory.residentMbAfterCollection(node);
            }
        }
        double plugin = new Latencies(with).median() - new Latencies(without).median();
        new Table("a fresh node", "RSS MB")
                .row("with the plugin, after " + BATCH + " texts", Table.cell(new Latencies(with).median(), 1))
                .row("without", Table.cell(new Latencies(without).median(), 1)).row("difference", Table.cell(plugin, 1))
                .print(out);
        figures.put("rss_plugin_mb", Decimals.round(plugin, 1));
    }

    /** Does so much of something. */
    private interface Work {
        void run(int count) throws IOException;
    }

    /** Does {@code total} in steps and looks at the memory before, after, and about ten times on the way. */
    private static List<Point> series(BenchmarkNode node, int total, int step, PrintStream out, String what, Work work)
            throws IOException {
        List<Point> points = new ArrayList<>(List.of(new Point(0, ProcessMemory.of(node))));
        for (int done = 0; done < total;) {
            int next = (int) Math.min(total, (long) total * points.size() / POINTS);
            while (done < next) {
                int count = Math.min(step, next - done);
                work.run(count);
                done += count;
            }
            points.add(new Point(done, ProcessMemory.of(node)));
            out.println(done + " of " + total + " " + what);
        }
        return points;
    }

    private void embed(Rest rest, Random random, int count) throws IOException {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("model", choice.model().id()).put("input_type", "document");
        ArrayNode input = body.putArray("input");
        for (int i = 0; i < count; i++) input.add(text(random));
        rest.send("POST", "/_plugins/_semantic/api/embed", body.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Words that nobody knows, of the pieces that the tokenizer does know; hardly two texts are the same. */
    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int word = 0; word < WORDS; word++) {
            if (word > 0) text.append(' ');
            int letters = 3 + random.nextInt(6);
            for (int i = 0; i < letters; i++) text.append((char) ('a' + random.nextInt(26)));
        }
        return text.toString();
    }

    private void loadAndUnload(Rest rest) throws IOException {
        require(rest.call("POST", choice.model().path() + "/_load", ""), "loaded");
        require(rest.call("POST", choice.model().path() + "/_unload", ""), "unloaded");
    }

    private static void require(JsonNode answer, String done) {
        for (JsonNode node : answer.path("nodes")) {
            if (!node.path(done).asBoolean()) throw new BenchmarkException("the model was not " + done + ": " + answer);
        }
    }

    private static ObjectNode figures(String phase, List<Point> points, Table table) {
        ObjectNode figures = JsonNodeFactory.instance.objectNode();
        ArrayNode done = figures.putArray("done");
        ArrayNode rss = figures.putArray("rss_mb");
        ArrayNode anonymous = figures.putArray("anonymous_mb");
        ArrayNode heap = figures.putArray("heap_mb");
        for (Point point : points) {
            ProcessMemory memory = point.memory();
            table.row(phase, Integer.toString(point.done()), Table.cell(memory.rssMb(), 1), Table.cell(memory.anonMb(), 1),
                    Table.cell(memory.heapMb(), 1));
            done.add(point.done());
            rss.add(Decimals.round(memory.rssMb(), 1));
            anonymous.add(Decimals.round(memory.anonMb(), 1));
            heap.add(Decimals.round(memory.heapMb(), 1));
        }
        // The first half has what is made once: compiled code, buffers, caches.
        ProcessMemory middle = points.get(points.size() / 2).memory();
        ProcessMemory end = points.getLast().memory();
        return figures.put("last_half_rss_growth_mb", Decimals.round(end.rssMb() - middle.rssMb(), 1))
                .put("last_half_heap_growth_mb", Decimals.round(end.heapMb() - middle.heapMb(), 1));
    }
}
