package io.semanticsearch.embedding.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.semanticsearch.embedding.Embedding;
import io.semanticsearch.embedding.EmbeddingFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whether the right passages are found: exact search over SQuAD 1.1, all 10,570 questions, against the figures of the models' cards. */
class RelevanceTest {

    private static final double TOLERANCE = 0.005;
    private static final int DEPTH = 10;

    @Test
    void english_small_finds_the_passages_as_its_card_says() throws IOException {
        assertEquals(0.719, ndcg("built-in:english-small", null), TOLERANCE);
    }

    @Test
    void potion_finds_the_passages_as_measured_elsewhere() throws IOException {
        Path models = MeasuringData.path("models/potion-base-2M").getParent();
        assertEquals(0.546, ndcg("file:potion-base-2M", models), TOLERANCE);
    }

    private static double ndcg(String model, Path models) throws IOException {
        Path data = MeasuringData.path("eval/squad-v1.1");
        Map<String, Integer> documents = new HashMap<>();
        List<String> documentTexts = new ArrayList<>();
        for (JsonNode document : lines(data.resolve("corpus.jsonl"))) {
            documents.put(document.path("_id").asText(), documents.size());
            documentTexts.add(document.path("title").asText() + " " + document.path("text").asText());
        }
        List<String> queryIds = new ArrayList<>();
        List<String> queryTexts = new ArrayList<>();
        for (JsonNode query : lines(data.resolve("queries.jsonl"))) {
            queryIds.add(query.path("_id").asText());
            queryTexts.add(query.path("text").asText());
        }
        Map<String, Integer> relevant = new HashMap<>();
        for (String line : Files.readAllLines(data.resolve("qrels.tsv")).stream().skip(1).toList()) {
            String[] fields = line.split("\t");
            relevant.put(fields[0], documents.get(fields[1]));
        }
        try (EmbeddingFunction function = new LocalModels(models).open(TinyModel.definition("model", model))) {
            long start = System.nanoTime();
            List<Embedding> passages = function.encodeDocuments(documentTexts);
            long middle = System.nanoTime();
            List<Embedding> questions = function.encodeQueries(queryTexts);
            long end = System.nanoTime();
            double ndcg = ndcg(byDimension(passages, function.dimension()), passages.size(), questions, queryIds, relevant);
            System.out.printf("%s: nDCG@10 %.4f; one thread, cold: %.0f passages/s, %.0f questions/s%n", model, ndcg,
                    passages.size() / seconds(start, middle), questions.size() / seconds(middle, end));
            return ndcg;
        }
    }

    /** One relevant passage a question, so the ideal gain is 1. */
    private static double ndcg(float[][] byDimension,
            int passages,
            List<Embedding> questions,
            List<String> ids,
            Map<String, Integer> relevant) {
        double sum = 0;
        for (int q = 0; q < questions.size(); q++) {
            if (!(questions.get(q) instanceof Embedding.Vector question)) continue;
            float[] scores = scores(byDimension, passages, question.values());
            int right = relevant.get(ids.get(q));
            int better = 0;
            for (int p = 0; p < passages; p++) {
                if (scores[p] > scores[right] || scores[p] == scores[right] && p < right) better++;
            }
            if (better < DEPTH) sum += Math.log(2) / Math.log(better + 2);
        }
        return sum / questions.size();
    }

    /** [dimension][passages], so that the innermost loop is one that the compiler vectorises. */
    private static float[][] byDimension(List<Embedding> passages, int dimension) {
        float[][] byDimension = new float[dimension][passages.size()];
        for (int p = 0; p < passages.size(); p++) {
            if (!(passages.get(p) instanceof Embedding.Vector vector)) continue;
            for (int d = 0; d < dimension; d++) {
                byDimension[d][p] = vector.values()[d];
            }
        }
        return byDimension;
    }

    private static float[] scores(float[][] byDimension, int passages, float[] question) {
        float[] scores = new float[passages];
        for (int d = 0; d < question.length; d++) {
            float[] column = byDimension[d];
            float x = question[d];
            for (int p = 0; p < passages; p++) {
                scores[p] += x * column[p];
            }
        }
        return scores;
    }

    private static List<JsonNode> lines(Path file) throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<JsonNode> nodes = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            nodes.add(json.readTree(line));
        }
        return nodes;
    }

    private static double seconds(long from, long to) {
        return (to - from) / 1e9;
    }
}
