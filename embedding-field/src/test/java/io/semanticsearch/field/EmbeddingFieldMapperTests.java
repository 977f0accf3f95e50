package io.semanticsearch.field;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
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
        b.field("type", "embedding").field("model", "small").field("dimension", 3).field("space", "a1");
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
        checker.registerConflictCheck("hnsw", b -> b.startObject("hnsw").field("m", 32).endObject());
    }
}
