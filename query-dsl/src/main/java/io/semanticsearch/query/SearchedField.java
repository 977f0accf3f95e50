package io.semanticsearch.query;

import io.semanticsearch.field.EmbeddingFieldType;
import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.Quantization;
import io.semanticsearch.query.Patience.OnFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.join.BitSetProducer;
import org.apache.lucene.search.join.ToChildBlockJoinQuery;
import org.opensearch.common.lucene.search.Queries;
import org.opensearch.index.mapper.MappedFieldType;
import org.opensearch.index.mapper.ObjectMapper;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.query.QueryShardException;

/** The field that a clause searches, as one shard has it, and the Lucene query for it. */
final class SearchedField {

    private final FieldConfig config;
    private final Quantization quantization;
    private final QueryShardContext context;

    private SearchedField(FieldConfig config, Quantization quantization, QueryShardContext context) {
        this.config = config;
        this.quantization = quantization;
        this.context = context;
    }

    /** Empty where the field is not mapped and may be missing. */
    static Optional<SearchedField> of(String field, boolean ignoreUnmapped, QueryShardContext context) {
        MappedFieldType type = context.fieldMapper(field);
        if (type == null) {
            if (ignoreUnmapped) return Optional.empty();
            throw new QueryShardException(context,
                    "[semantic] field [" + field + "] is not mapped in this index" + suggestion(field, context)
                            + "; map it with type [embedding], or say [ignore_unmapped]: true");
        }
        if (!(type.unwrap() instanceof EmbeddingFieldType embedding)) {
            throw new QueryShardException(context, "[semantic] field [" + field + "] is of type [" + type.typeName()
                    + "]; expected a field of type [embedding]" + suggestion(field, context));
        }
        SearchedField searched = new SearchedField(embedding.config(), embedding.quantization(), context);
        searched.checkNesting();
        return Optional.of(searched);
    }

    /** Which fields could have been meant, of those that this user may see. */
    private static String suggestion(String field, QueryShardContext context) {
        List<String> known = new ArrayList<>();
        for (MappedFieldType type : context.getMapperService().fieldTypes()) {
            if (type.unwrap() instanceof EmbeddingFieldType && isShown(type.name(), context)) known.add(type.name());
        }
        Collections.sort(known);
        return Misspelt.field(field, known);
    }

    private static boolean isShown(String path, QueryShardContext context) {
        IndexReader reader = context.getIndexReader();
        return reader != null && reader.leaves().stream().anyMatch(leaf -> !FieldConfig.isHidden(path, leaf.reader()));
    }

    /** The vectors of nested objects belong to documents of their own, which only a nested query can find. */
    private void checkNesting() {
        String nested = null;
        for (int dot = config.path().indexOf('.'); dot >= 0; dot = config.path().indexOf('.', dot + 1)) {
            ObjectMapper object = context.getObjectMapper(config.path().substring(0, dot));
            if (object != null && object.nested().isNested()) nested = object.fullPath();
        }
        ObjectMapper scope = context.nestedScope().getObjectMapper();
        if (nested != null && (scope == null || !scope.fullPath().equals(nested))) {
            throw new QueryShardException(context, "[semantic] field [" + config.path() + "] lies in the nested object [" + nested
                    + "]; put the clause into {\"nested\": {\"path\": \"" + nested + "\", \"query\": …}}");
        }
    }

    /** The nearest, or what a clause finds that has to do without a vector. */
    Query search(
            Subject subject,
            Nearest nearest,
            Restrictions restrictions,
            Counted counted,
            Patience patience,
            String clauseName,
            QueryShardContext shard) {
        patience.checkWords(config.path(), config.sourceFields(), shard);
        if (nearest.passages().isPresent() && config.passages().isEmpty()) {
            throw new QueryShardException(context, "[semantic] field [" + config.path()
                    + "] is mapped without [passages], so there are none to show; map it with them, or leave [passages] out");
        }
        // Without a vector there are no best passages to show.
        boolean showsPassages = config.passages().isPresent() && !(subject instanceof Subject.Missed);
        if (counted instanceof Counted.Whole whole && !showsPassages && !isNested(shard))
            return found(whole.hits(), subject, nearest, restrictions, shard);
        if (!(subject instanceof Subject.Missed missed)) {
            return nearest(subject, nearest, restrictions, counted, clauseName, shard);
        }
        if (patience.onFailure() != OnFailure.LEXICAL) return new MatchNoDocsQuery("the text could not be embedded");
        try {
            return new WordMatch(config.sourceFields(), missed.text()).toQuery(restrictions.toQuery(nearest.filter(), shard),
                    shard);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was found before, on all shards; where words found it there is no similarity to tell of. */
    private Query found(
            FoundHits hits,
            Subject subject,
            Nearest nearest,
            Restrictions restrictions,
            QueryShardContext shard) {
        Query found = hits.toQuery(config.path(), shard);
        if (subject instanceof Subject.Missed) return found;
        Rescore rescore = rescore(nearest);
        boolean filtered = nearest.filter().isPresent() || !restrictions.equals(Restrictions.NONE);
        return new SemanticQuery(found,
                Told.of(config, subject, nearest, filtered, rescore.on() ? rescore.window(nearest.effectiveK()) : 0),
                hits.cost());
    }

    private Query nearest(
            Subject subject,
            Nearest nearest,
            Restrictions restrictions,
            Counted counted,
            String clauseName,
            QueryShardContext shard) {
        Optional<SearchedField> generation = otherGeneration(subject);
        if (generation.isPresent()) return generation.get().nearest(subject, nearest, restrictions, counted, clauseName, shard);
        if (counted instanceof Counted.Undecided) checkCountable(shard);
        float[] vector = vector(subject);
        if (vector.length == 0) return new MatchNoDocsQuery("the text means nothing to the model of [" + config.path() + "]");
        try {
            float[] target = config.similarity().prepare(vector);
            float minScore = nearest.minSimilarity().isPresent()
                    ? config.similarity().score(nearest.minSimilarity().get())
                    : Float.NEGATIVE_INFINITY;
            Query documents = counted instanceof Counted.Whole whole && !isNested(shard)
                    ? found(whole.hits(), subject, nearest, restrictions, shard)
                    : documents(subject, target, nearest, minScore, restrictions, counted, shard);
            return config.passages().isEmpty()
                    ? documents
                    : new PassageClause(documents, config, target, minScore, nearest.passages().orElse(0), clauseName);
        } catch (IllegalArgumentException e) {
            throw new QueryShardException(shard, "[semantic] field [" + config.path() + "]: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Query documents(
            Subject subject,
            float[] target,
            Nearest nearest,
            float minScore,
            Restrictions restrictions,
            Counted counted,
            QueryShardContext shard)
            throws IOException {
        Query filter = restrictions.toQuery(nearest.filter(), shard).orElse(null);
        int k = nearest.effectiveK();
        Rescore rescore = rescore(nearest);
        int found = rescore.on() ? rescore.window(k) : k;
        int candidates = Math.max(found, nearest.effectiveCandidates());
        float least = rescore.on() ? Float.NEGATIVE_INFINITY : minScore;
        FullPrecision comparison = new FullPrecision(config, target, k, minScore);
        UnaryOperator<Query> compared = query -> rescore.on() ? new FullPrecisionQuery(query, comparison) : query;
        Told told = Told.of(config, subject, nearest, filter != null, rescore.on() ? found : 0);
        if (counted instanceof Counted.Whole whole) filter = within(whole.hits(), filter, wholeDocuments(shard), shard);
        if (config.passages().isPresent()) {
            Query search = NearestPassagesQuery.documents(config, target, found, candidates, least, filter, compared, shard);
            return new SemanticSearch(search, told, Optional.empty());
        }
        if (isNested(shard)) {
            Query search = new NearestObjectsQuery(config, target, found, candidates, least, filter,
                    wholeDocuments(shard));
            return new SemanticSearch(compared.apply(search), told, Optional.empty());
        }
        NearestVectorsQuery search = new NearestVectorsQuery(config, target, found, candidates, least, filter);
        boolean mayCompareAll = filter != null && (rescore.on() || quantization == Quantization.NONE);
        return new SemanticSearch(
                mayCompareAll ? new NearestPassingQuery(search, comparison, rescore.on()) : compared.apply(search), told,
                Optional.of(search.visits()));
    }

    private static BitSetProducer wholeDocuments(QueryShardContext shard) {
        return shard.bitsetFilter(Queries.newNonNestedFilter());
    }

    /** Where the numbers themselves are searched, there is nothing to gain. */
    private Rescore rescore(Nearest nearest) {
        if (quantization == Quantization.NONE) return Rescore.OFF;
        return nearest.rescore().orElseGet(() -> Rescore.of(quantization, config.dimension()));
    }

    /**
     * While a field moves to another model, its shard and the node that embedded the text may see different generations serve: the one
     * that the text was embedded for is there on both sides.
     */
    private Optional<SearchedField> otherGeneration(Subject subject) {
        if (!(subject instanceof Subject.Embedded embedded) || embedded.in(config.space()).isPresent()) return Optional.empty();
        return config.generations().others().filter(generation -> embedded.in(generation.space()).isPresent()).findFirst()
                .map(generation -> new SearchedField(config.with(generation), quantization, context));
    }

    /** What tells the best passages of hits that were found elsewhere; it matches nothing. */
    Optional<Query> shownPassages(Subject subject, Nearest nearest, String clauseName) {
        if (config.passages().isEmpty()) return Optional.empty();
        Optional<SearchedField> other = otherGeneration(subject);
        if (other.isPresent()) return other.get().shownPassages(subject, nearest, clauseName);
        float[] vector = vector(subject);
        if (vector.length == 0) return Optional.empty();
        float minScore = nearest.minSimilarity().map(config.similarity()::score).orElse(Float.NEGATIVE_INFINITY);
        return Optional
                .of(new PassageClause(new MatchNoDocsQuery("its hits are known"), config, config.similarity().prepare(vector),
                        minScore, nearest.passages().orElse(0), clauseName));
    }

    private static boolean isNested(QueryShardContext shard) {
        return shard.nestedScope().getObjectMapper() != null;
    }

    /** Where one document is compared with a query that was kept, there is nothing to count; elsewhere k is meant over all shards. */
    private void checkCountable(QueryShardContext shard) {
        int shards = shard.getIndexSettings().getNumberOfShards();
        if (shards > 1 && shard.getIndexReader() instanceof DirectoryReader) {
            throw new QueryShardException(shard,
                    "[semantic] field [" + config.path() + "] is read on each shard alone here (an alias"
                            + " filter), where its k nearest cannot be counted over the [" + shards
                            + "] shards of the index; put the clause into the search, or use an index of one shard");
        }
    }

    /** The objects nested in the documents that all shards found. */
    private Query within(FoundHits hits, Query filter, BitSetProducer documents, QueryShardContext shard) {
        Query objects = new ToChildBlockJoinQuery(hits.toQuery(config.path(), shard), documents);
        return filter == null ? objects : Queries.filtered(filter, objects);
    }

    private float[] vector(Subject subject) {
        float[] vector = switch (subject) {
            case Subject.Given given -> given.vector();
            case Subject.Embedded embedded -> embedded.in(config.space()).orElseThrow(() -> new QueryShardException(context,
                    "[semantic] field [" + config.path() + "] lives in the space [" + config.space()
                            + "], for which the " + switch (embedded.kind()) {
                                case TEXT -> "text was";
                                case IMAGE -> "image was";
                                case EXAMPLES -> "examples were";
                            } + " not embedded; give a [model] of that space or a [vector]"));
            case Subject.Text text -> throw notEmbedded("text [" + text.text() + "]");
            case Subject.Image image -> throw notEmbedded("image");
            case Subject.Examples examples -> throw notEmbedded("examples");
            case Subject.Pending pending -> throw notEmbedded("text [" + pending.asked().text() + "]");
            case Subject.Missed missed -> throw notEmbedded("text [" + missed.text() + "]");
        };
        if (vector.length != 0 && vector.length != config.dimension()) {
            throw new QueryShardException(context, "[semantic] field [" + config.path() + "]: the vector has [" + vector.length
                    + "] dimensions, the field is mapped with [" + config.dimension() + "]");
        }
        return vector;
    }

    private QueryShardException notEmbedded(String what) {
        return new QueryShardException(context, "[semantic] field [" + config.path() + "]: the " + what
                + " cannot be embedded here, because this place is read on the shard alone (an alias filter, a percolator query); give a [vector]");
    }
}
