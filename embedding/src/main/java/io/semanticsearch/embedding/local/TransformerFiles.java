package io.semanticsearch.embedding.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.embedding.LocalModel;
import io.semanticsearch.onnx.proto.BrokenModelException;
import io.semanticsearch.onnx.proto.ExternalDataFiles;
import io.semanticsearch.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the folder of a transformer holds, read and checked; only its weights are not read yet.
 *
 * @param revision of the files that decide what a vector is
 */
record TransformerFiles(ModelFolder folder,
        TransformerLayout layout,
        Tokenizer tokenizer,
        RowPooling pooling,
        List<Dense> dense,
        String revision) {

    /**
     * Reads them.
     *
     * @throws EmbeddingException.BadRequest when something is missing, or is of a kind that is not run
     * @throws EmbeddingException.BrokenModel when a file is damaged
     */
    static TransformerFiles read(LocalModel definition, ModelFolder folder, ModelSettings settings, KnownRevisions revisions) {
        TransformerLayout layout = TransformerLayout.find(folder, settings, definition.execution());
        Tokenizer tokenizer = folder.tokenizer(layout.tokenizer());
        checkVocabulary(folder, layout, tokenizer);
        RowPooling pooling = RowPooling.of(folder, settings);
        List<Dense> dense = layout.dense().stream().map(module -> Dense.read(folder, module)).toList();
        String revision = revisions.of(folder, layout.decisive(settings, graphFiles(folder, layout)));
        return new TransformerFiles(folder, layout, tokenizer, pooling, dense, revision);
    }

    /** Where the graph is that came with the model. */
    Optional<Path> original() {
        return layout.graph().flatMap(folder::path);
    }

    /** Id of the token that fills up shorter texts; masked, so that any will do. */
    int padding() {
        return tokenizer.paddingId().orElse(0);
    }

    /** The ONNX file and those beside it; a graph that names a file elsewhere is refused here, before anything opens it. */
    private static List<String> graphFiles(ModelFolder folder, TransformerLayout layout) {
        return layout.graph().map(graph -> graphFiles(folder, graph)).orElse(List.of());
    }

    /** An ONNX file and those beside it; {@link EmbeddingException.BrokenModel} when it names a file elsewhere. */
    static List<String> graphFiles(ModelFolder folder, String graph) {
        String place = graph.substring(0, graph.lastIndexOf('/') + 1);
        try {
            List<String> beside = ExternalDataFiles.of(folder.path(graph).orElseThrow(() -> folder.missing(graph)));
            return Stream.concat(Stream.of(graph), beside.stream().map(name -> place + name))
                    .toList();
        } catch (BrokenModelException e) {
            throw new EmbeddingException.BrokenModel("model [" + folder.model() + "]: " + e.getMessage(), e);
        }
    }

    /** An id beyond the table would read memory that belongs to something else, or fail in the middle of a bulk. */
    private static void checkVocabulary(ModelFolder folder, TransformerLayout layout, Tokenizer tokenizer) {
        Optional<JsonNode> rows = folder.json(layout.config()).map(config -> config.path("vocab_size")).filter(JsonNode::isInt);
        if (rows.isPresent() && tokenizer.vocabularySize() > rows.get().intValue()) {
            throw folder.broken(layout.tokenizer(), "knows [" + tokenizer.vocabularySize() + "] tokens, expected at most the ["
                    + rows.get().intValue() + "] of [" + layout.config() + "]; the two files belong to different models", null);
        }
    }
}
