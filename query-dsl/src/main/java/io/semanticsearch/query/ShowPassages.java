package io.semanticsearch.query;

import io.semanticsearch.field.FieldConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.Query;
import org.opensearch.common.document.DocumentField;
import org.opensearch.search.fetch.FetchContext;
import org.opensearch.search.fetch.FetchSubPhase;
import org.opensearch.search.fetch.FetchSubPhaseProcessor;
import org.opensearch.search.rescore.RescoreContext;

/**
 * Puts the best passages of each hit into its fields, for clauses that say how many: {@code fields["meaning.passages"]} holds for each its
 * text, where it starts and ends in the joined text of the source fields, and its score.
 */
public final class ShowPassages implements FetchSubPhase {

    private static final String SUFFIX = ".passages";
    private static final String TEXT = "text";
    private static final String START = "start";
    private static final String END = "end";
    private static final String SCORE = "score";
    private static final String NAME = "_name";

    @Override
    public FetchSubPhaseProcessor getProcessor(FetchContext context) {
        List<PassageClause> clauses = clauses(context);
        return clauses.isEmpty() ? null : new Processor(clauses);
    }

    private static List<PassageClause> clauses(FetchContext context) {
        List<PassageClause> clauses = new ArrayList<>();
        if (context.parsedQuery() != null) clauses.addAll(PassageClause.in(context.parsedQuery().query()));
        for (RescoreContext rescore : context.rescore()) {
            for (Query query : rescore.getQueries()) clauses.addAll(PassageClause.in(query));
        }
        clauses.removeIf(clause -> clause.shown() == 0);
        return clauses;
    }

    private record Processor(List<PassageClause> clauses) implements FetchSubPhaseProcessor {

        @Override
        public void setNextReader(LeafReaderContext context) {}

        @Override
        public void process(HitContext hit) throws IOException {
            Map<String, List<Object>> shown = new LinkedHashMap<>();
            for (PassageClause clause : clauses) {
                if (FieldConfig.isHidden(clause.field().path(), hit.reader())) continue;
                List<ScoredPassage> passages = ScoredPassage.of(clause, hit.sourceLookup().loadSourceIfNeeded());
                List<Object> values = shown.computeIfAbsent(clause.field().path() + SUFFIX, name -> new ArrayList<>());
                passages.stream().limit(clause.shown()).forEach(passage -> values.add(value(clause, passage)));
            }
            shown.forEach((name, values) -> {
                if (!values.isEmpty()) hit.hit().setDocumentField(name, new DocumentField(name, values));
            });
        }

        private static Map<String, Object> value(PassageClause clause, ScoredPassage passage) {
            Map<String, Object> value = new LinkedHashMap<>();
            passage.shown().ifPresent(text -> value.put(TEXT, text));
            value.put(START, passage.start());
            value.put(END, passage.end());
            value.put(SCORE, passage.score());
            if (clause.clauseName() != null) value.put(NAME, clause.clauseName());
            return value;
        }
    }
}
