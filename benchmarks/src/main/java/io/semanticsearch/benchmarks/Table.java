package io.semanticsearch.benchmarks;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Figures in columns: the first is text to the left, the others are to the right. */
final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    Table(String... heads) {
        rows.add(List.of(heads));
    }

    Table row(String... cells) {
        if (cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException("a row of " + cells.length + " cells for the columns " + rows.getFirst());
        }
        rows.add(List.of(cells));
        return this;
    }

    static String cell(double value, int places) {
        return String.format(Locale.ROOT, "%." + places + "f", value);
    }

    void print(PrintStream out) {
        out.println();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                String padding = " ".repeat(width(column) - row.get(column).length());
                if (column == 0) {
                    line.append(row.get(column)).append(padding);
                } else {
                    line.append(GAP).append(padding).append(row.get(column));
                }
            }
            out.println(line.toString().stripTrailing());
        }
        out.println();
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }
}
