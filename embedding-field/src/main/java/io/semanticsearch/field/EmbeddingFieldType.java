package io.semanticsearch.field;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.search.Query;
import org.opensearch.index.fielddata.IndexFieldData;
import org.opensearch.index.mapper.ArraySourceValueFetcher;
import org.opensearch.index.mapper.MappedFieldType;
import org.opensearch.index.mapper.TextSearchInfo;
import org.opensearch.index.mapper.ValueFetcher;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.query.QueryShardException;
import org.opensearch.search.DocValueFormat;
import org.opensearch.search.lookup.SearchLookup;

/** An {@code embedding} field as queries see it. Only the {@code semantic} clause and {@code exists} can search it. */
public final class EmbeddingFieldType extends MappedFieldType {

    private final FieldConfig config;
    private final VectorFormat format;

    EmbeddingFieldType(FieldConfig config, VectorFormat format, Map<String, String> meta) {
        super(config.path(), true, false, true, TextSearchInfo.NONE, meta);
        this.config = config;
        this.format = format;
    }

    public FieldConfig config() {
        return config;
    }

    VectorFormat format() {
        return format;
    }

    /** With how many bits a number of a vector is searched; segments that were written under another mapping may have others. */
    public Quantization quantization() {
        return format.quantization();
    }

    @Override
    public String typeName() {
        return FieldConfig.TYPE;
    }

    @Override
    public boolean isAggregatable() {
        return false;
    }

    @Override
    public ValueFetcher valueFetcher(QueryShardContext context, SearchLookup lookup, String format) {
        if (format != null)
            throw new IllegalArgumentException("field [" + name() + "] of type [embedding] has no formats, got [" + format + "]");
        return new ArraySourceValueFetcher(name(), context) {
            @Override
            protected Object parseSourceValue(Object source) {
                Object value = source;
                // Where the field lies in an array of objects, its vector comes in a list.
                while (value instanceof List<?> list && list.size() == 1 && !(list.getFirst() instanceof Number))
                    value = list.getFirst();
                if (List.of().equals(value)) return value;
                if (!(value instanceof String text && StoredForm.isStored(text))) {
                    return numbers(BroughtVector.of(value, config.dimension()));
                }
                Optional<String> serving = StoredForm.in(text, config.space());
                if (serving.isEmpty()) return List.of();
                return switch (StoredForm.decode(serving.get())) {
                    case StoredVector one -> numbers(one.vector());
                    case StoredPassages many -> many.passages()
                            .stream()
                            .map(passage -> Map.of(
                                    "start", passage.start(), "end", passage.end(), "vector", numbers(passage.vector())))
                            .toList();
                };
            }
        };
    }

    private static List<Object> numbers(float[] vector) {
        List<Object> numbers = new ArrayList<>(vector.length);
        for (float x : vector) numbers.add(x);
        return numbers;
    }

    @Override
    public IndexFieldData.Builder fielddataBuilder(String index, Supplier<SearchLookup> lookup) {
        return (cache, breakers) -> new VectorFieldData(config);
    }

    @Override
    public DocValueFormat docValueFormat(String format, ZoneId timeZone) {
        if (format != null || timeZone != null)
            throw new IllegalArgumentException("field [" + name() + "] of type [embedding] has no formats, got [" + format + "]");
        return DocValueFormat.RAW;
    }

    @Override
    public Query existsQuery(QueryShardContext context) {
        return new FieldExistsQuery(name());
    }

    @Override
    public Query termQuery(Object value, QueryShardContext context) {
        throw new QueryShardException(context,
                "field [" + name() + "] of type [embedding] holds vectors, which have no terms; search it with"
                        + " {\"semantic\": {\"" + name() + "\": \"…\"}}");
    }
}
