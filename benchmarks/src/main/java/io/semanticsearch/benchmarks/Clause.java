package io.semanticsearch.benchmarks;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** A way of asking a question. */
sealed interface Clause {

    ObjectNode of(String question);

    /** A whole search, of whose hits only the ids come back. */
    default ObjectNode search(String question, int size) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("size", size).put("_source", false);
        body.set("query", of(question));
        return body;
    }

    /**
     * By meaning.
     *
     * @param candidates the clause's [num_candidates]; empty for its default
     */
    record Semantic(OptionalInt candidates) implements Clause {
        @Override
        public ObjectNode of(String question) {
            ObjectNode clause = JsonNodeFactory.instance.objectNode();
            ObjectNode field = clause.putObject("semantic").putObject(PassageIndex.MEANING).put("query", question);
            candidates.ifPresent(n -> field.put("num_candidates", n));
            return clause;
        }
    }

    /** By meaning, with the vector at hand. */
    record Nearest(Map<String, float[]> vectors) implements Clause {
        @Override
        public ObjectNode of(String question) {
            ObjectNode clause = JsonNodeFactory.instance.objectNode();
            ArrayNode numbers = clause.putObject("semantic").putObject(PassageIndex.MEANING).putArray("vector");
            for (float number : vectors.get(question)) numbers.add(number);
            return clause;
        }
    }

    /** By keyword in one field. */
    record Match(String field) implements Clause {
        @Override
        public ObjectNode of(String question) {
            ObjectNode clause = JsonNodeFactory.instance.objectNode();
            clause.putObject("match").put(field, question);
            return clause;
        }
    }

    /** By keyword in the best of several fields. */
    record MultiMatch(List<String> fields) implements Clause {
        @Override
        public ObjectNode of(String question) {
            ObjectNode clause = JsonNodeFactory.instance.objectNode();
            ObjectNode match = clause.putObject("multi_match").put("query", question);
            fields.forEach(match.putArray("fields")::add);
            return clause;
        }
    }

    /** By several ways together. */
    record Fusion(String method, List<Clause> ways) implements Clause {
        @Override
        public ObjectNode of(String question) {
            ObjectNode clause = JsonNodeFactory.instance.objectNode();
            ObjectNode fusion = clause.putObject("fusion").put("method", method);
            ArrayNode queries = fusion.putArray("queries");
            ways.forEach(way -> queries.add(way.of(question)));
            return clause;
        }
    }
}
