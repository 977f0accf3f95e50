package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What each way of spending time on the documents took, round by round. */
final class IngestFigures {
    private final int documents;
    private final Map<String, List<Effort>> efforts = new LinkedHashMap<>();

    private IngestFigures(int documents) {
        this.documents = documents;
    }

    /** One way of spending time on the documents; does it once. */
    interface Way {
        Effort run() throws IOException;
    }

    /**
     * Goes through the ways by turns, each second time in the opposite order, so that noise of the machine meets all.
     *
     * @param rounds how many count; one more warms up
     */
    static IngestFigures measure(int documents, Map<String, Way> ways, int rounds, PrintStream out) throws IOException {
        IngestFigures figures = new IngestFigures(documents);
        ways.keySet().forEach(name -> figures.efforts.put(name, new ArrayList<>()));
        List<String> order = List.copyOf(figures.efforts.keySet());
        for (int round = 0; round <= rounds; round++) {
            for (String name : round % 2 == 0 ? order : order.reversed()) {
                Effort effort = ways.get(name).run();
                if (round > 0) figures.efforts.get(name).add(effort);
            }
            out.println(round == 0 ? "Warmed up." : "Round " + round + " of " + rounds + " done.");
        }
        return figures;
    }

    /** @param reference the way that the others are compared with */
    void report(String reference, ObjectNode json, PrintStream out) {
        Table table = new Table(documents + " documents", "documents/s", "slowest", "fastest", "time to " + reference,
                "CPU ms/document");
        ObjectNode perSecond = json.putObject("documents_per_second");
        ObjectNode ratios = json.putObject("time_to_" + reference);
        ObjectNode cpu = json.putObject("cpu_ms_per_document");
        efforts.forEach((name, rounds) -> {
            Latencies millis = new Latencies(rounds.stream().mapToDouble(effort -> 1_000 * effort.seconds()).toArray());
            double median = 1_000 * documents / millis.median();
            double ratio = medianRatio(rounds, efforts.get(reference));
            double cpuMillis = 1_000 * Effort.totalCpuSeconds(rounds) / rounds.size() / documents;
            table.row(name, Table.cell(median, 0), Table.cell(1_000 * documents / millis.percentile(100), 0),
                    Table.cell(1_000 * documents / millis.percentile(1), 0), Table.cell(ratio, 2), Table.cell(cpuMillis, 3));
            perSecond.put(name, Math.round(median));
            ratios.put(name, Decimals.round(ratio, 3));
            cpu.put(name, Decimals.round(cpuMillis, 4));
        });
        table.print(out);
    }

    /** Of each round its own ratio, since a slow moment of the machine lasts longer than a round. */
    private static double medianRatio(List<Effort> of, List<Effort> to) {
        double[] ratios = new double[of.size()];
        for (int i = 0; i < ratios.length; i++) ratios[i] = of.get(i).seconds() / to.get(i).seconds();
        return new Latencies(ratios).median();
    }
}
