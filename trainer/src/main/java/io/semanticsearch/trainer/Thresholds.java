package io.semanticsearch.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.trainer.Gemm.View;
import io.semanticsearch.trainer.Judge.Retrieval;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a least cosine does to a search: how many questions still find their passage, and how many passages of all sorts come with it.
 *
 * @param set questions and their passages
 * @param others passages that have nothing to do with the questions
 */
record Thresholds(Retrieval set, List<String> others) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final float[] LEAST = {0.1f, 0.15f, 0.2f, 0.25f, 0.3f, 0.35f, 0.4f};
    private static final int MOST_OTHERS = 60_000;
    private static final int AT_ONCE = 128;

    /** With the first passages of a source. */
    static Thresholds of(Retrieval set, Path file) throws IOException {
        List<String> others = new ArrayList<>();
        try (BufferedReader lines = SourceText.open(file)) {
            for (String line = lines.readLine(); line != null && others.size() < MOST_OTHERS; line = lines.readLine()) {
                JsonNode passage = JSON.readTree(line);
                others.add(passage.path("t").asText() + " " + passage.path("p").asText());
            }
        }
        return new Thresholds(set, others);
    }

    /** As Markdown. */
    String table(Judge judge, EmbeddingFunction function, Shards shards) {
        List<String> all = new ArrayList<>(set.passages());
        all.addAll(others);
        int dimension = function.dimension();
        float[] passages = judge.vectors(function, all, dimension);
        float[] questions = judge.vectors(function, set.questions(), dimension);
        long[] kept = new long[LEAST.length];
        long[] above = new long[LEAST.length];
        float[] cosines = new float[AT_ONCE * all.size()];
        Gemm gemm = new Gemm(shards);
        for (int from = 0; from < set.questions().size(); from += AT_ONCE) {
            int count = Math.min(AT_ONCE, set.questions().size() - from);
            gemm.multiply(new View(questions, from * dimension, dimension, 1), new View(passages, 0, dimension, 1).transposed(),
                    new View(cosines, 0, all.size(), 1), count, dimension, all.size(), false);
            for (int i = 0; i < count; i++) {
                for (int l = 0; l < LEAST.length; l++) {
                    if (cosines[i * all.size() + set.right()[from + i]] >= LEAST[l]) kept[l]++;
                    for (int j = 0; j < all.size(); j++) if (cosines[i * all.size() + j] >= LEAST[l]) above[l]++;
                }
            }
        }
        return table(kept, above, all.size());
    }

    private String table(long[] kept, long[] above, int passages) {
        double questions = set.questions().size();
        StringBuilder table = new StringBuilder(String.format(Locale.ROOT,
                "| least cosine | of %,.0f questions of %s keep their passage | of %,d passages above it, per question |\n|---:|---:|---:|\n",
                questions, set.name(), passages));
        for (int l = 0; l < LEAST.length; l++) {
            table.append(String.format(Locale.ROOT, "| %.2f | %.1f %% | %,.0f |\n", LEAST[l], 100 * kept[l] / questions,
                    above[l] / questions));
        }
        return table.toString();
    }
}
