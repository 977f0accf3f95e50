package io.semanticsearch.trainer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.embedding.ModelDefinition;
import io.semanticsearch.embedding.local.LocalModels;
import io.semanticsearch.trainer.Gemm.View;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says how good a model is, as the plugin's own code reads it: how well questions find their passages by an exact search, and how well
 * cosines follow what people say of two sentences.
 */
final class Judge {

    /** In the names of figures that are counts. */
    static final String FIRST = ", first";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Retrieval> retrievals = new ArrayList<>();
    private final List<Retrieval> asked = new ArrayList<>();
    private final Map<String, List<Rated>> similarities = new LinkedHashMap<>();
    private Optional<Thresholds> thresholds = Optional.empty();
    private final Shards shards;

    /**
     * A set of texts to find.
     *
     * @param right for each question the number of the passage that answers it
     */
    record Retrieval(String name, List<String> passages, List<String> questions, int[] right) {}

    private record Rated(String first, String second, double score) {}

    /** With the sets that are there: SQuAD, STS-Benchmark, what the sources keep out of training, and the questions of the demo. */
    static Judge of(Options options, List<Source> sources, Shards shards) throws IOException {
        Judge judge = new Judge(shards);
        Path squad = options.evaluation().resolve("squad-v1.1");
        if (Files.isDirectory(squad)) judge.addBeir(squad);
        for (Source source : sources) {
            if (source.kind() == Source.Kind.JUDGED) judge.addPairs(options.data().resolve(source.file()));
        }
        Path everyday = Path.of("demo", "corpus", "everyday.jsonl");
        if (Files.isRegularFile(everyday)) judge.addQuestions(everyday, everyday.resolveSibling("questions.json"));
        Path rated = options.evaluation().resolve("stsb-en").resolve("stsb-en-dev.csv");
        if (Files.isRegularFile(rated)) judge.addRated(rated);
        Optional<Path> passages = sources.stream().filter(source -> source.kind() == Source.Kind.PASSAGES)
                .map(source -> options.data().resolve(source.file())).filter(Files::isRegularFile).findFirst();
        if (Files.isDirectory(squad) && passages.isPresent()) {
            judge.thresholds = Optional.of(Thresholds.of(judge.retrievals.getFirst(), passages.get()));
        }
        return judge;
    }

    Judge(Shards shards) {
        this.shards = shards;
    }

    boolean hasNothing() {
        return retrievals.isEmpty() && asked.isEmpty() && similarities.isEmpty();
    }

    /** Of a model's vectors when they are not cut. */
    static int dimension(Path model) {
        try (EmbeddingFunction function = open(model, Map.of())) {
            return function.dimension();
        }
    }

    private static EmbeddingFunction open(Path model, Map<String, Object> more) {
        Map<String, Object> body = new HashMap<>(more);
        body.put("provider", "local");
        body.put("model", "file:" + model.getFileName());
        return new LocalModels(model.toAbsolutePath().getParent()).open((LocalModel) ModelDefinition.of("judged", body));
    }

    /** A folder in BEIR's layout with one right passage for each question. */
    void addBeir(Path folder) throws IOException {
        Map<String, Integer> ids = new HashMap<>();
        List<String> passages = new ArrayList<>();
        for (JsonNode line : lines(folder.resolve("corpus.jsonl"))) {
            ids.put(line.path("_id").asText(), passages.size());
            passages.add((line.path("title").asText() + " " + line.path("text").asText()).strip());
        }
        Map<String, Integer> rightOf = new HashMap<>();
        for (String line : Files.readAllLines(folder.resolve("qrels.tsv"))) {
            String[] cells = line.split("\t");
            if (ids.containsKey(cells[1])) rightOf.put(cells[0], ids.get(cells[1]));
        }
        List<String> questions = new ArrayList<>();
        IntList right = new IntList(1024);
        for (JsonNode line : lines(folder.resolve("queries.jsonl"))) {
            Integer passage = rightOf.get(line.path("_id").asText());
            if (passage == null) continue;
            questions.add(line.path("text").asText());
            right.add(passage);
        }
        Retrieval set = new Retrieval(folder.getFileName().toString(), passages, questions, right.toArray());
        retrievals.add(set);
        retrievals.add(OtherWords.of(set));
    }

    /** A file of pairs: each question is to find its own answer among all. */
    void addPairs(Path file) throws IOException {
        Map<String, Integer> known = new LinkedHashMap<>();
        List<String> questions = new ArrayList<>();
        IntList right = new IntList(1024);
        for (JsonNode line : lines(file)) {
            int answer = known.computeIfAbsent(line.path("p").asText(), p -> known.size());
            if (line.path("q").asText().isBlank()) continue;
            questions.add(line.path("q").asText());
            right.add(answer);
        }
        retrievals.add(
                new Retrieval(file.getFileName().toString().replaceFirst("\\.jsonl(\\.gz)?$", ""), List.copyOf(known.keySet()),
                        questions, right.toArray()));
    }

    /** A corpus of passages and, apart, some questions about it: how many of them find theirs first, and how many among the first three. */
    void addQuestions(Path corpus, Path questionFile) throws IOException {
        Map<String, Integer> ids = new HashMap<>();
        List<String> passages = new ArrayList<>();
        for (JsonNode line : lines(corpus)) {
            ids.put(line.path("_id").asText(), passages.size());
            passages.add(line.path("title").asText() + " " + line.path("text").asText());
        }
        List<String> questions = new ArrayList<>();
        IntList right = new IntList(32);
        for (JsonNode entry : JSON.readTree(questionFile.toFile()).path("judged")) {
            questions.add(entry.path("question").asText());
            right.add(ids.get(entry.path("answer").asText()));
        }
        asked.add(new Retrieval(corpus.getFileName().toString().replaceFirst("\\.jsonl$", ""), passages, questions,
                right.toArray()));
    }

    /** A CSV file of two sentences and a score. */
    void addRated(Path file) throws IOException {
        List<Rated> rated = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            List<String> cells = Csv.cells(line);
            if (cells.size() == 3) rated.add(new Rated(cells.get(0), cells.get(1), Double.parseDouble(cells.get(2))));
        }
        similarities.put(file.getFileName().toString().replaceFirst("\\.csv$", ""), rated);
    }

    /**
     * Judges a model.
     *
     * @param dimensions what its vectors are cut to
     * @return for each set nDCG@10 or Spearman's correlation
     */
    Map<String, Double> figures(Path folder, int dimensions) {
        Map<String, Double> figures = new LinkedHashMap<>();
        try (EmbeddingFunction function = open(folder, Map.of("dimensions", dimensions))) {
            for (Retrieval set : retrievals) figures.put(set.name, ndcg(better(set, function)));
            for (Retrieval set : asked) {
                int[] better = better(set, function);
                figures.put(set.name + FIRST, (double) Arrays.stream(better).filter(b -> b < 1).count());
                figures.put(set.name + FIRST + " 3", (double) Arrays.stream(better).filter(b -> b < 3).count());
            }
            similarities.forEach((name, rated) -> figures.put(name, spearman(rated, function)));
        }
        return figures;
    }

    /** What a least cosine does to searches with a model, as Markdown; empty without the texts to find that out. */
    String thresholds(Path folder) {
        if (thresholds.isEmpty()) return "";
        try (EmbeddingFunction function = open(folder, Map.of())) {
            return thresholds.get().table(this, function, shards);
        }
    }

    /** One passage is right, so its gain alone counts and the best possible is 1. */
    private static double ndcg(int[] better) {
        return Arrays.stream(better).mapToDouble(b -> b < 10 ? Math.log(2) / Math.log(b + 2) : 0).average().orElse(0);
    }

    /** For each question how many passages come before the right one. */
    private int[] better(Retrieval set, EmbeddingFunction function) {
        int dimension = function.dimension();
        float[] passages = vectors(function, set.passages, dimension);
        float[] questions = vectors(function, set.questions, dimension);
        int p = set.passages.size();
        int step = 256;
        float[] scores = new float[step * p];
        Gemm gemm = new Gemm(shards);
        int[] betters = new int[set.questions.size()];
        for (int from = 0; from < set.questions.size(); from += step) {
            int count = Math.min(step, set.questions.size() - from);
            gemm.multiply(new View(questions, from * dimension, dimension, 1), new View(passages, 0, dimension, 1).transposed(),
                    new View(scores, 0, p, 1), count, dimension, p, false);
            for (int i = 0; i < count; i++) {
                int right = set.right[from + i];
                float score = scores[i * p + right];
                int better = 0;
                for (int j = 0; j < p; j++) if (scores[i * p + j] > score || scores[i * p + j] == score && j < right) better++;
                betters[from + i] = better;
            }
        }
        return betters;
    }

    float[] vectors(EmbeddingFunction function, List<String> texts, int dimension) {
        float[] vectors = new float[texts.size() * dimension];
        shards.ranges(texts.size(), 256, (from, to) -> {
            List<Embedding> embeddings = function.encodeDocuments(texts.subList(from, to));
            for (int i = from; i < to; i++) {
                if (embeddings.get(i - from) instanceof Embedding.Vector vector) {
                    System.arraycopy(vector.values(), 0, vectors, i * dimension, dimension);
                }
            }
        });
        return vectors;
    }

    private double spearman(List<Rated> rated, EmbeddingFunction function) {
        int dimension = function.dimension();
        float[] first = vectors(function, rated.stream().map(Rated::first).toList(), dimension);
        float[] second = vectors(function, rated.stream().map(Rated::second).toList(), dimension);
        double[] cosines = new double[rated.size()];
        for (int i = 0; i < cosines.length; i++) {
            for (int d = 0; d < dimension; d++) cosines[i] += (double) first[i * dimension + d] * second[i * dimension + d];
        }
        return correlation(ranks(cosines), ranks(rated.stream().mapToDouble(Rated::score).toArray()));
    }

    /** Ranks from 1; equal values share the mean of theirs. */
    static double[] ranks(double[] values) {
        Integer[] order = new Integer[values.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> Double.compare(values[a], values[b]));
        double[] ranks = new double[values.length];
        for (int from = 0; from < order.length;) {
            int to = from;
            while (to < order.length && values[order[to]] == values[order[from]])
                to++;
            for (int i = from; i < to; i++) ranks[order[i]] = (from + to + 1) / 2.0;
            from = to;
        }
        return ranks;
    }

    static double correlation(double[] x, double[] y) {
        double meanX = Arrays.stream(x).average().orElse(0);
        double meanY = Arrays.stream(y).average().orElse(0);
        double xy = 0;
        double xx = 0;
        double yy = 0;
        for (int i = 0; i < x.length; i++) {
            xy += (x[i] - meanX) * (y[i] - meanY);
            xx += (x[i] - meanX) * (x[i] - meanX);
            yy += (y[i] - meanY) * (y[i] - meanY);
        }
        return xy / Math.sqrt(xx * yy);
    }

    private static List<JsonNode> lines(Path file) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        try (BufferedReader reader = SourceText.open(file)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.isBlank()) lines.add(JSON.readTree(line));
            }
        }
        return lines;
    }
}
