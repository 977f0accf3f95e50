package io.semanticsearch.field;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.index.mapper.MapperTestCase;
import org.opensearch.plugins.Plugin;

/** The checks that OpenSearch has for every field type. */
public class EmbeddingFieldMapperTests extends MapperTestCase {

    @Override
    protected Collection<? extends Plugin> getPlugins() {
        return List.of(new EmbeddingMapperTestCase.FieldPlugin(KnownModels.all()));
    }

    @Override
    protected void minimalMapping(XContentBuilder b) throws IOException {
        b.field("type", "embedding").field("model", "small").field("dimension", 3).field("space", "a1").field("quantization",
                "none");
        b.startObject("hnsw").field("m", 16).field("ef_construction", 100).endObject();
    }

    private static void open(XContentBuilder b) throws IOException {
        b.field("type", "embedding").field("dimension", 3);
    }

    private static void open(XContentBuilder b, String parameter, Object value) throws IOException {
        open(b);
        b.field(parameter, value);
    }

    @Override
    protected void writeFieldValue(XContentBuilder b) throws IOException {
        b.startArray().value(1).value(2.5).value(-3).endArray();
    }

    @Override
    protected void registerParameters(ParameterChecker checker) throws IOException {
        checker.registerConflictCheck("model", fieldMapping(this::minimalMapping), fieldMapping(
                b -> b.field("type", "embedding").field("model", "other").field("dimension", 3).field("space", "a1")));
        checker.registerConflictCheck("space", fieldMapping(this::minimalMapping), fieldMapping(
                b -> b.field("type", "embedding").field("model", "small").field("dimension", 3).field("space", "b2")));
        checker.registerConflictCheck("dimension", fieldMapping(this::minimalMapping), fieldMapping(
                b -> b.field("type", "embedding").field("model", "small").field("dimension", 4).field("space", "a1")));
        checker.registerConflictCheck("source_fields", b -> b.field("source_fields", List.of("title")));
        checker.registerConflictCheck("similarity", b -> b.field("similarity", "l2"));
        checker.registerUpdateCheck(EmbeddingFieldMapperTests::open, b -> open(b, "hnsw", Map.of("m", 32)),
                mapper -> assertEquals(32, ((EmbeddingFieldMapper) mapper).settings().format().hnsw().m()));
        checker.registerUpdateCheck(EmbeddingFieldMapperTests::open, b -> open(b, "quantization", "int8"), mapper -> assertEquals(
                Quantization.INT8, ((EmbeddingFieldMapper) mapper).settings().format().quantization()));
    }
}
