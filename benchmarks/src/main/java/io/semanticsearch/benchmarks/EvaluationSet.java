package io.semanticsearch.benchmarks;

import java.util.List;
import java.util.Map;

/**
 * Documents, and questions of which is known what they should find.
 *
 * @param documents in the order of the file
 * @param questions those with at least one relevant document, in the order of the file
 */
record EvaluationSet(String name, List<Document> documents, List<Question> questions) {

    EvaluationSet {
        documents = List.copyOf(documents);
        questions = List.copyOf(questions);
    }

    /** @param title may be empty */
    record Document(String id, String title, String text) {

        /** What the field embeds: both texts, joined by a space, an empty one left out. */
        String embedded() {
            if (title.isBlank()) return text;
            return text.isBlank() ? title : title + " " + text;
        }
    }

    /** @param judged scores by the id of the document; above 0 is relevant */
    record Question(String id, String text, Map<String, Integer> judged) {}

    EvaluationSet withQuestions(int limit) {
        return new EvaluationSet(name, documents, questions.subList(0, Math.min(limit, questions.size())));
    }
}
