package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.semanticsearch.benchmarks.EvaluationSet.Document;
import io.semanticsearch.benchmarks.EvaluationSet.Question;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A folder in the layout of the BEIR benchmark: {@code corpus.jsonl}, {@code queries.jsonl}, and one file of judgements. */
record BeirFolder(Path folder) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CORPUS = "corpus.jsonl";
    private static final String QUERIES = "queries.jsonl";
    private static final List<String> JUDGEMENTS = List.of("qrels.tsv", "qrels/test.tsv", "qrels/dev.tsv");

    EvaluationSet read() throws IOException {
        List<Document> documents = new ArrayList<>();
        lines(CORPUS, (line, where) -> {
            JsonNode node = json(line, where);
            documents.add(new Document(text(node, "_id", where), node.path("title").asText(""), text(node, "text", where)));
        });
        Map<String, Map<String, Integer>> judged = judgements();
        List<Question> questions = new ArrayList<>();
        lines(QUERIES, (line, where) -> {
            JsonNode node = json(line, where);
            String id = text(node, "_id", where);
            Map<String, Integer> scores = judged.getOrDefault(id, Map.of());
            // Without a relevant document there is nothing to find; trec_eval leaves such questions out as well.
            if (scores.values().stream().anyMatch(score -> score > 0)) {
                questions.add(new Question(id, text(node, "text", where), scores));
            }
        });
        if (documents.isEmpty()) throw new BenchmarkException("[" + folder.resolve(CORPUS) + "] holds no documents");
        if (questions.isEmpty()) {
            throw new BenchmarkException(
                    "[" + folder.resolve(QUERIES) + "] holds no question for which the judgements name a document");
        }
        return new EvaluationSet(folder.getFileName().toString(), documents, questions);
    }

    private Map<String, Map<String, Integer>> judgements() throws IOException {
        String file = JUDGEMENTS.stream().filter(name -> Files.isRegularFile(folder.resolve(name))).findFirst()
                .orElseThrow(() -> new BenchmarkException(
                        "[" + folder + "] holds no judgements; expected one of " + JUDGEMENTS + ", as in the layout of BEIR"));
        Map<String, Map<String, Integer>> judged = new HashMap<>();
        lines(file, (line, where) -> {
            String[] cells = line.split("\t");
            if (cells.length == 3 && cells[2].strip().matches("-?\\d+")) {
                judged.computeIfAbsent(cells[0], id -> new HashMap<>()).put(cells[1], Integer.parseInt(cells[2].strip()));
            } else if (!where.endsWith(" line 1")) {
                throw new BenchmarkException(
                        where + " is [" + line + "]; expected a question's id, a document's id and a whole number,"
                                + " separated by tabs");
            }
        });
        return judged;
    }

    private interface LineReader {
        void read(String line, String where);
    }

    private void lines(String name, LineReader reader) throws IOException {
        Path file = folder.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new BenchmarkException("[" + folder + "] holds no [" + name + "]; expected a folder in the layout of BEIR");
        }
        int number = 0;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank()) reader.read(line, name + " line " + number);
            }
        } catch (MalformedInputException e) {
            throw new BenchmarkException("[" + file + "] is not UTF-8 after line " + number, e);
        }
    }

    private static JsonNode json(String line, String where) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new BenchmarkException(where + " is no JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static String text(JsonNode node, String key, String where) {
        JsonNode value = node.path(key);
        if (value.isTextual() || value.isNumber()) return value.asText();
        throw new BenchmarkException(where + " has no [" + key + "]");
    }
}
