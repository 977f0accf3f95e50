package io.semanticsearch.query;

import io.semanticsearch.field.Similarity;
import io.semanticsearch.field.StoredVector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.ParsingException;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.mapper.MappedFieldType;
import org.opensearch.index.mapper.Mapper;
import org.opensearch.index.query.AbstractQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.query.QueryShardException;
import org.opensearch.index.query.Rewriteable;
import org.opensearch.index.query.functionscore.FunctionScoreQueryBuilder;

/**
 * A field of the k-NN plugin, as one shard has it. Its vectors lie in that plugin's own formats, so the clause becomes that plugin's
 * {@code knn} query: written as JSON and read by whatever has registered the name, so that no class of k-NN is needed here.
 */
final class KnnVectorField {

    /** The name of the type in mappings. */
    static final String TYPE = "knn_vector";

    /** The plugin's query. */
    static final String QUERY = "knn";

    private final String path;
    private final Map<?, ?> mapping;
    private final QueryShardContext context;

    private KnnVectorField(String path, Map<?, ?> mapping, QueryShardContext context) {
        this.path = path;
        this.mapping = mapping;
        this.context = context;
    }

    /** Empty where the field is of another type, or of none. */
    static Optional<KnnVectorField> of(String field, QueryShardContext context) {
        MappedFieldType type = context.fieldMapper(field);
        if (type == null || !type.typeName().equals(TYPE)) return Optional.empty();
        Mapper mapper = context.getMapperService().documentMapper().mappers().getMapper(type.name());
        return Optional.of(new KnnVectorField(type.name(), mapper == null ? Map.of() : mapping(mapper), context));
    }

    /** What the mapping says of the field: the same on every version of the plugin, while its classes are not. */
    private static Map<?, ?> mapping(Mapper mapper) {
        try (XContentBuilder builder = XContentFactory.jsonBuilder()) {
            mapper.toXContent(builder.startObject(), ToXContent.EMPTY_PARAMS);
            Map<String, Object> named = XContentHelper
                    .convertToMap(BytesReference.bytes(builder.endObject()), false, MediaTypeRegistry.JSON).v2();
            return named.get(mapper.simpleName()) instanceof Map<?, ?> mapping ? mapping : Map.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Query nearest(Subject subject, Nearest nearest, Restrictions restrictions, Counted counted) throws IOException {
        if (counted instanceof Counted.Whole whole) return whole.hits().toQuery(path, context);
        float[] vector = vector(subject);
        if (vector.length == 0) return new MatchNoDocsQuery("the text means nothing to the model for [" + path + "]");
        checkDataType();
        checkDimension(vector);
        QueryBuilder knn = parse(json(path, vector, nearest, isGraph()));
        for (QueryBuilder filter : filters(nearest, restrictions)) knn = knn.filter(filter);
        if (nearest.minSimilarity().isPresent()) {
            // k-NN takes a number of hits or a least score, and no least score of quantized vectors; both together mean this.
            knn = new FunctionScoreQueryBuilder(knn).setMinScore(minScore(nearest.minSimilarity().get()));
        }
        return Rewriteable.rewrite(knn, context, true).toQuery(context);
    }

    private List<QueryBuilder> filters(Nearest nearest, Restrictions restrictions) {
        List<QueryBuilder> filters = new ArrayList<>(nearest.filter().stream().toList());
        // In nested objects k-NN has its own rules of what a filter speaks of; there they apply to what was found.
        if (context.nestedScope().getObjectMapper() == null) restrictions.beside().forEach(beside -> filters.add(beside.query()));
        return filters;
    }

    /**
     * The {@code knn} query.
     *
     * @param vector float32 [dimension]
     * @param graph whether the field is searched by a graph, which can be told how much of it to explore
     */
    static BytesReference json(String path, float[] vector, Nearest nearest, boolean graph) throws IOException {
        try (XContentBuilder builder = XContentFactory.jsonBuilder()) {
            builder.startObject().startObject(QUERY).startObject(path);
            builder.array("vector", vector);
            builder.field("k", nearest.effectiveK());
            if (graph && nearest.numCandidates().isPresent()) {
                builder.startObject("method_parameters").field("ef_search", nearest.effectiveCandidates()).endObject();
            }
            return BytesReference.bytes(builder.endObject().endObject().endObject());
        }
    }

    private QueryBuilder parse(BytesReference json) throws IOException {
        try (XContentParser parser = XContentType.JSON.xContent()
                .createParser(context.getXContentRegistry(), DeprecationHandler.THROW_UNSUPPORTED_OPERATION,
                        json.streamInput())) {
            return AbstractQueryBuilder.parseInnerQueryBuilder(parser);
        } catch (ParsingException e) {
            throw new QueryShardException(context,
                    "[semantic] field [" + path + "] is of type [" + TYPE + "], which the [" + QUERY
                            + "] query of the k-NN plugin searches; this node has no such query, or it refused: "
                            + e.getMessage(),
                    e);
        }
    }

    private float[] vector(Subject subject) {
        return switch (subject) {
            case Subject.Given given -> given.vector();
            case Subject.Embedded embedded when embedded.kind() == Subject.Kind.EXAMPLES ->
                throw refused("[like] needs a field of type [embedding]; this one is of type [" + TYPE + "]");
            case Subject.Embedded embedded ->
                embedded.in(StoredVector.OWN).orElseThrow(() -> refused("the text was not embedded for a field of type [" + TYPE
                        + "]; name the [model] that its vectors were made with, or give a [vector]"));
            case Subject.Asked asked -> throw notEmbedded();
            case Subject.Missed missed -> throw notEmbedded();
            case Subject.Pending pending -> throw notEmbedded();
        };
    }

    private QueryShardException notEmbedded() {
        return refused(
                "a text cannot be embedded here, because this place is read on the shard alone (an alias filter, a percolator"
                        + " query); give a [vector]");
    }

    private void checkDimension(float[] vector) {
        if (mapping.get("dimension") instanceof Number dimension && dimension.intValue() > 0
                && dimension.intValue() != vector.length) {
            throw refused("the vector has [" + vector.length + "] dimensions, the field is mapped with [" + dimension
                    + "]; name the [model] that its vectors were made with");
        }
    }

    private void checkDataType() {
        String type = word(mapping.get("data_type"), "float");
        if (!type.equals("float")) {
            throw refused("its vectors are of [data_type] [" + type + "], and models make [float]; search it with the [" + QUERY
                    + "] query");
        }
    }

    private boolean isGraph() {
        // A field trained by a model of k-NN's own does not say here how it is searched.
        if (mapping.containsKey("model_id")) return false;
        return !(mapping.get("method") instanceof Map<?, ?> method) || method.get("name") == null
                || method.get("name").equals("hnsw");
    }

    /** k-NN scores these spaces as Lucene does, whatever its engine. */
    private float minScore(float minSimilarity) {
        String space = space();
        Similarity similarity = switch (space) {
            case "cosinesimil" -> Similarity.COSINE;
            case "innerproduct" -> Similarity.DOT_PRODUCT;
            case "l2" -> Similarity.L2;
            default -> throw refused("[min_similarity] is not known for the space [" + space
                    + "]; it is for [cosinesimil], [innerproduct] and [l2]. Leave it out");
        };
        try {
            return similarity.score(minSimilarity);
        } catch (IllegalArgumentException e) {
            throw refused(e.getMessage());
        }
    }

    private String space() {
        if (mapping.containsKey("model_id")) return "of the model " + mapping.get("model_id");
        // Indices of old said it for all their fields; k-NN's own default is l2.
        String ofIndex = context.getIndexSettings().getSettings().get("index.knn.space_type", "l2");
        String ofMethod = mapping.get("method") instanceof Map<?, ?> method ? word(method.get("space_type"), ofIndex) : ofIndex;
        return word(mapping.get("space_type"), ofMethod);
    }

    /** k-NN's mapper writes some of its words in capitals. */
    private static String word(Object value, String otherwise) {
        return value == null ? otherwise : value.toString().toLowerCase(Locale.ROOT);
    }

    private QueryShardException refused(String why) {
        return new QueryShardException(context, "[semantic] field [" + path + "]: " + why);
    }
}
