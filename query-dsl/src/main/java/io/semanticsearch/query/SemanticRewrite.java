package io.semanticsearch.query;

import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.Similarity;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.ingest.ConfigurationUtils;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.search.pipeline.AbstractProcessor;
import org.opensearch.search.pipeline.Processor;
import org.opensearch.search.pipeline.SearchRequestProcessor;
import org.opensearch.search.sort.ScoreSortBuilder;

/**
 * The {@code semantic_rewrite} processor of search pipelines: what somebody typed into the search bar of OpenSearch Dashboards in plain
 * words becomes a {@code semantic} clause, so that Discover and dashboards search by meaning once it is an index's default pipeline.
 * Everything else in a search stays as it is.
 */
public final class SemanticRewrite extends AbstractProcessor implements SearchRequestProcessor {

    public static final String TYPE = "semantic_rewrite";

    /** Discover shows 500 hits; a histogram over fewer would be thin, over more slow. */
    static final int DEFAULT_K = 500;

    /** The model that comes with the plugin. */
    private static final String MEASURED = "built-in:english-small";
    /**
     * Keeps 94 of 100 SQuAD questions together with their paragraph, and lets 4 of 1,000 paragraphs pass that have nothing to do with
     * them (60,000 of Wikipedia). At 0.3 it is 90 and 1.9, at 0.2 97 and 11.
     */
    static final float MEASURED_MIN_SIMILARITY = 0.25f;

    /** What becomes of the words. */
    enum Mode {
        /** They are searched by meaning alone. */
        REPLACE,
        /** By meaning or as the words that they are. */
        HYBRID
    }

    /**
     * @param field the field that holds the meaning
     * @param k how many documents are found at most
     * @param minSimilarity raw similarity below which nothing is found; left open, what fits the model, where that is known
     * @param model what the words are embedded with, in place of the field's own
     * @param fields text fields whose {@code match} is searched by meaning, too
     */
    record Options(String field, Mode mode, int k, Optional<Float> minSimilarity, Optional<String> model, Set<String> fields) {}

    private final Options options;
    private final SearchedSpaces spaces;
    private final QueryVectors vectors;
    private final PushdownFilter pushdown;
    private final Predicate<TaskId> servesWriting;
    private final ThreadContext threadContext;

    private SemanticRewrite(
            String tag,
            String description,
            boolean ignoreFailure,
            Options options,
            SearchedSpaces spaces,
            QueryVectors vectors,
            PushdownFilter pushdown,
            Predicate<TaskId> servesWriting,
            ThreadContext threadContext) {
        super(tag, description, ignoreFailure);
        this.options = options;
        this.spaces = spaces;
        this.vectors = vectors;
        this.pushdown = pushdown;
        this.servesWriting = servesWriting;
        this.threadContext = threadContext;
    }

    @Override
    public String getType() {
        return TYPE;
    }

    @Override
    public SearchRequest processRequest(SearchRequest request) {
        SearchSourceBuilder source = request.source();
        // Who deletes or updates by query named what is meant; the nearest neighbours of that are something else.
        if (source == null || source.query() == null || servesWriting()) return request;
        if (spaces.of(options.field, request).isEmpty()) return request;
        Optional<Float> minSimilarity = options.minSimilarity.or(() -> usual(spaces.configs(options.field, request).values()));
        SearchBarQuery query = new SearchBarQuery(options.fields, isSortedByScore(source),
                (text, words) -> clause(text, words, minSimilarity));
        // Filters of actions ran before this: a clause that is new must be told what stands beside it.
        source.query(pushdown.push(query.rewrite(source.query())));
        return request;
    }

    private boolean servesWriting() {
        return OuterSearch.in(threadContext).filter(search -> servesWriting.test(search.parent())).isPresent();
    }

    /** Known only where all that is searched was made by a model that was measured. */
    private static Optional<Float> usual(Collection<FieldConfig> searched) {
        boolean measured = !searched.isEmpty() && searched.stream()
                .allMatch(config -> config.model().equals(Optional.of(MEASURED)) && config.similarity() == Similarity.COSINE);
        return measured ? Optional.of(MEASURED_MIN_SIMILARITY) : Optional.empty();
    }

    private QueryBuilder clause(String text, QueryBuilder words, Optional<Float> minSimilarity) {
        Nearest nearest = new Nearest(OptionalInt.of(options.k), OptionalInt.empty(), Optional.empty(), minSimilarity,
                options.model,
                true);
        SemanticQueryBuilder meaning = new SemanticQueryBuilder(options.field, new Subject.Text(text), nearest, vectors);
        return switch (options.mode) {
            case REPLACE -> meaning.boost(words.boost()).queryName(words.queryName());
            case HYBRID -> new BoolQueryBuilder().should(meaning.boost(words.boost())).should(words).minimumShouldMatch(1);
        };
    }

    private static boolean isSortedByScore(SearchSourceBuilder source) {
        if (source.size() == 0 || source.minScore() != null) return false;
        return source.sorts() == null || source.sorts().isEmpty()
                || source.sorts().stream().anyMatch(ScoreSortBuilder.class::isInstance);
    }

    /** Makes processors of what a pipeline says. */
    public static final class Factory implements Processor.Factory<SearchRequestProcessor> {

        private final SearchedSpaces spaces;
        private final QueryVectors vectors;
        private final PushdownFilter pushdown;
        private final Predicate<TaskId> servesWriting;
        private final ThreadContext threadContext;

        /** @param servesWriting whether a task of this node writes what its searches find */
        public Factory(
                SearchedSpaces spaces,
                QueryVectors vectors,
                PushdownFilter pushdown,
                Predicate<TaskId> servesWriting,
                ThreadContext threadContext) {
            this.spaces = spaces;
            this.vectors = vectors;
            this.pushdown = pushdown;
            this.servesWriting = servesWriting;
            this.threadContext = threadContext;
        }

        @Override
        public SemanticRewrite create(
                Map<String, Processor.Factory<SearchRequestProcessor>> factories,
                String tag,
                String description,
                boolean ignoreFailure,
                Map<String, Object> config,
                Processor.PipelineContext context) {
            String field = ConfigurationUtils.readStringProperty(TYPE, tag, config, "field");
            Mode mode = mode(tag, ConfigurationUtils.readStringProperty(TYPE, tag, config, "mode", "replace"));
            int k = ConfigurationUtils.readIntProperty(TYPE, tag, config, SemanticQueryParser.K, DEFAULT_K);
            if (k < 1 || k > Nearest.MAX) {
                throw ConfigurationUtils.newConfigurationException(TYPE, tag, SemanticQueryParser.K,
                        "is [" + k + "]; expected 1 to " + Nearest.MAX);
            }
            Optional<Float> minSimilarity = minSimilarity(tag, config);
            String model = ConfigurationUtils.readOptionalStringProperty(TYPE, tag, config, SemanticQueryParser.MODEL);
            List<String> fields = ConfigurationUtils.readOptionalList(TYPE, tag, config, "fields");
            return new SemanticRewrite(tag, description, ignoreFailure,
                    new Options(field, mode, k, minSimilarity,
                            Optional.ofNullable(model), fields == null ? Set.of() : Set.copyOf(fields)),
                    spaces, vectors, pushdown, servesWriting, threadContext);
        }

        private static Optional<Float> minSimilarity(String tag, Map<String, Object> config) {
            Object given = ConfigurationUtils.readOptionalObject(config, SemanticQueryParser.MIN_SIMILARITY);
            if (given == null) return Optional.empty();
            if (given instanceof Number number && Float.isFinite(number.floatValue())) return Optional.of(number.floatValue());
            throw ConfigurationUtils.newConfigurationException(TYPE, tag, SemanticQueryParser.MIN_SIMILARITY,
                    "is [" + given + "]; expected a number");
        }

        private static Mode mode(String tag, String name) {
            for (Mode mode : Mode.values()) {
                if (mode.name().toLowerCase(Locale.ROOT).equals(name)) return mode;
            }
            throw ConfigurationUtils.newConfigurationException(TYPE, tag, "mode",
                    "is [" + name + "]; expected [replace] or [hybrid]");
        }
    }
}
