package io.semanticsearch.trainer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The ids and vectors of a few texts, for readers of the model to be held against: computed here in double from the rounded rows, with the
 * trainer's own words and spelling and none of the plugin's code.
 */
final class RecordedVectors {

    static final String FILE = "expected-vectors.json";
    private static final List<String> TEXTS = List.of("Hello, how are you doing today?", "How do I fix a flat bicycle tyre?",
            "The mitochondrion is the powerhouse of the cell.", "naïve café — 東京 123.45",
            "OpenSearch vector search over HNSW graphs");

    private RecordedVectors() {}

    static void write(Path folder, WordPieces pieces, Int8Rows rows, int dimension) throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode file = json.createObjectNode().put("model", folder.getFileName().toString()).put("dimension", dimension)
                .put("normalize", true).put("source", "computed by the trainer in double");
        ArrayNode cases = file.putArray("cases");
        for (String text : TEXTS) {
            int[] ids = ids(text, pieces);
            ObjectNode entry = cases.addObject().put("text", text);
            ArrayNode idList = entry.putArray("ids");
            for (int id : ids) idList.add(id);
            ArrayNode numbers = entry.putArray("embedding");
            for (double x : vector(ids, rows, dimension)) numbers.add((float) x);
        }
        Files.write(folder.resolve(FILE), json.writeValueAsBytes(file));
    }

    static int[] ids(String text, WordPieces pieces) {
        IntList ids = new IntList(32);
        new WordSplitter().split(text, word -> {
            int[] spelt = pieces.spell(word);
            ids.addAll(spelt, 0, spelt.length);
        });
        return ids.toArray();
    }

    /** Of length 1; zeros where nothing is known. */
    static double[] vector(int[] ids, Int8Rows rows, int dimension) {
        double[] vector = new double[dimension];
        for (int id : ids) {
            for (int d = 0; d < dimension; d++) vector[d] += (double) rows.codes()[id * dimension + d] * rows.scales()[id];
        }
        double squares = 0;
        for (double x : vector) squares += x * x;
        for (int d = 0; d < dimension && squares > 0; d++) vector[d] /= Math.sqrt(squares);
        return vector;
    }
}
