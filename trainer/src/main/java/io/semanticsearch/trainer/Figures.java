package io.semanticsearch.trainer;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** How good models were found to be: a row for each model, precision and number of dimensions. For one thread. */
final class Figures {

    private final List<Row> rows = new ArrayList<>();

    /** @param values by the name of the set */
    private record Row(String model, String precision, int dimensions, Map<String, Double> values) {}

    void add(String model, String precision, int dimensions, Map<String, Double> values) {
        rows.add(new Row(model, precision, dimensions, values));
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** As Markdown. */
    String table() {
        Set<String> names = new LinkedHashSet<>();
        rows.forEach(row -> names.addAll(row.values.keySet()));
        StringBuilder table = new StringBuilder("| model | precision | dimensions | ").append(String.join(" | ", names))
                .append(" |\n");
        table.append("|---|---|---:|").append("---:|".repeat(names.size())).append('\n');
        for (Row row : rows) {
            table.append("| ").append(row.model).append(" | ").append(row.precision).append(" | ").append(row.dimensions)
                    .append(" |");
            for (String name : names) table.append(' ').append(cell(name, row.values.get(name))).append(" |");
            table.append('\n');
        }
        return table.toString();
    }

    private static String cell(String name, Double value) {
        if (value == null) return "";
        return name.contains(Judge.FIRST) ? Integer.toString(value.intValue()) : String.format(Locale.ROOT, "%.3f", value);
    }
}
