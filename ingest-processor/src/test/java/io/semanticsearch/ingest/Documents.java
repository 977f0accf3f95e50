package io.semanticsearch.ingest;

import io.semanticsearch.field.FieldConfig;
import io.semanticsearch.field.ModelCatalog.KnownModel;
import io.semanticsearch.field.Similarity;
import io.semanticsearch.field.StoredVector;
import io.semanticsearch.field.TextHash;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.opensearch.common.xcontent.XContentHelper;

import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.index.VersionType;
import org.opensearch.ingest.IngestDocument;
import org.opensearch.ingest.IngestDocumentWrapper;

/** Documents as a pipeline sees them, and the vectors that belong into them. */
final class Documents {

    private Documents() {}

    /** The source of a document. */
    static Map<String, Object> source(String json) {
        return XContentHelper.convertToMap(new BytesArray(json), true, MediaTypeRegistry.JSON).v2();
    }

    /** Documents that replace no other. */
    static FormerDocuments nothingFormer() {
        return new FormerDocuments(() -> null, named -> Optional.empty(), model -> false);
    }

    /** A document on its way into the index {@code books}. */
    static IngestDocument document(String json) {
        return document(json, "1");
    }

    static IngestDocument document(String json, String id) {
        return new IngestDocument("books", id, null, null, VersionType.INTERNAL, source(json));
    }

    static List<IngestDocumentWrapper> wrapped(List<IngestDocument> documents) {
        List<IngestDocumentWrapper> wrappers = new ArrayList<>();
        for (int i = 0; i < documents.size(); i++) wrappers.add(new IngestDocumentWrapper(i, 0, documents.get(i), null));
        return wrappers;
    }

    static FieldConfig field(String path, KnownModel model, String... sources) {
        return new FieldConfig(
                path, Optional.of(model.id()), model.space(), model.dimension(), List.of(sources), Similarity.COSINE);
    }

    /** The stored form of what a model makes of a text. */
    static String made(KnownModel model, String text) {
        return new StoredVector(
                model.space(), StoredVector.Origin.MADE, TextHash.of(text), WordModels.vector(model, text)).encode();
    }

    /** The stored form of a vector that a document brought while it held this text. */
    static String brought(KnownModel model, String text, float... vector) {
        return new StoredVector(model.space(), StoredVector.Origin.BROUGHT, TextHash.of(text), vector).encode();
    }

    /** What is written where the field is not mapped. */
    static List<Float> numbers(KnownModel model, String text) {
        List<Float> numbers = new ArrayList<>();
        for (float x : WordModels.vector(model, text)) numbers.add(x);
        return numbers;
    }
}
