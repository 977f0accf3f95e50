package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.semanticsearch.benchmarks.EvaluationSet.Document;
import io.semanticsearch.benchmarks.EvaluationSet.Question;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingFunction;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.embedding.ModelDefinition;
import io.semanticsearch.embedding.local.LocalModels;
import io.semanticsearch.field.Similarity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Real embeddings: of documents, and of questions that people ask.
 *
 * @param documents float32 [documents, dimension], at unit length
 * @param questions float32 [questions, dimension], at unit length
 */
record VectorSet(String name, float[][] documents, float[][] questions) {

    /** The model that makes them. */
    static final String MODEL = "built-in:english-small";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int AT_ONCE = 1_000;
    private static final String HELD_OUT = "-heldout";

    /** Those of a folder in BEIR layout, of a folder of texts, or of both, each by the built-in model. */
    static List<VectorSet> of(Optional<Path> data, Optional<Path> texts, int documents, int questions) throws IOException {
        List<VectorSet> sets = new ArrayList<>();
        Map<String, Object> definition = Map.of("provider", "local", "model", MODEL);
        try (EmbeddingFunction model = new LocalModels(null).open((LocalModel) ModelDefinition.of("measured", definition))) {
            if (data.isPresent()) sets.add(of(new BeirFolder(data.get()).read(), model, documents, questions));
            if (texts.isPresent()) sets.add(of(texts.get(), model, documents, questions));
        }
        return sets;
    }

    /** A folder in BEIR layout. */
    static VectorSet of(EvaluationSet set, EmbeddingFunction model, int documents, int questions) {
        return of(set.name(), set.documents().stream().map(Document::embedded).distinct().limit(documents).toList(),
                set.questions().stream().map(Question::text).distinct().limit(questions).toList(), model);
    }

    /**
     * A folder of {@code .jsonl.gz} files whose lines have a short text {@code q} and a longer {@code p}. Documents are the different
     * {@code p} of all files by turns; questions are the {@code q} of those that are held out.
     */
    static VectorSet of(Path folder, EmbeddingFunction model, int documents, int questions) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(file -> file.toString().endsWith(".jsonl.gz")).sorted().toList();
        }
        List<Path> heldOut = files.stream().filter(file -> file.toString().contains(HELD_OUT)).toList();
        List<Path> others = files.stream().filter(file -> !heldOut.contains(file)).toList();
        if (heldOut.isEmpty() || others.isEmpty()) {
            throw new BenchmarkException("[" + folder + "] needs files .jsonl.gz of documents, and others named *" + HELD_OUT
                    + ".jsonl.gz of questions");
        }
        return of(folder.getFileName().toString(), texts(others, "p", documents), texts(heldOut, "q", questions), model);
    }

    private static List<String> texts(List<Path> files, String key, int most) throws IOException {
        Set<String> texts = new LinkedHashSet<>();
        List<BufferedReader> open = new ArrayList<>();
        try {
            for (Path file : files) {
                open.add(new BufferedReader(
                        new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8)));
            }
            List<BufferedReader> left = new ArrayList<>(open);
            while (!left.isEmpty() && texts.size() < most) {
                for (BufferedReader reader : List.copyOf(left)) {
                    String line = reader.readLine();
                    if (line == null) {
                        left.remove(reader);
                        continue;
                    }
                    JsonNode text = JSON.readTree(line).path(key);
                    if (!text.asText().isBlank() && texts.size() < most) texts.add(text.asText());
                }
            }
        } finally {
            for (BufferedReader reader : open) reader.close();
        }
        return List.copyOf(texts);
    }

    private static VectorSet of(String name, List<String> documents, List<String> questions, EmbeddingFunction model) {
        return new VectorSet(name, embed(documents, model::encodeDocuments), embed(questions, model::encodeQueries));
    }

    /** Texts in which the model knows no word have no vector. */
    private static float[][] embed(List<String> texts, Function<List<String>, List<Embedding>> encode) {
        List<float[]> vectors = new ArrayList<>();
        for (int from = 0; from < texts.size(); from += AT_ONCE) {
            for (Embedding embedding : encode.apply(texts.subList(from, Math.min(texts.size(), from + AT_ONCE)))) {
                if (embedding instanceof Embedding.Vector vector) vectors.add(Similarity.COSINE.prepare(vector.values()));
            }
        }
        return vectors.toArray(new float[0][]);
    }

    int dimension() {
        return documents[0].length;
    }
}
