package io.semanticsearch.embedding.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.semanticsearch.embedding.EmbeddingException;
import io.semanticsearch.fuzz.Mutations;
import io.semanticsearch.fuzz.Trials;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Lists of a repository's files that are almost right: what is fetched lies in the model's folder, or nothing is. */
class FuzzedListingsTest {

    private static final int INPUTS = 10_000;
    private static final Path FOLDER = Path.of("/data/models/org/name").toAbsolutePath();
    private static final HubReference REFERENCE = new HubReference("org/name");
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    private static final List<String> VALID = List.of(
            """
                    {"id": "org/name", "sha": "%s", "siblings": [
                     {"rfilename": "config.json", "size": 612, "blobId": "0123456789abcdef0123456789abcdef01234567"},
                     {"rfilename": "1_Pooling/config.json", "size": 190},
                     {"rfilename": "model.safetensors", "size": 90868376, "blobId": "ff", "lfs": {"size": 90868376, "sha256": "%s", "pointerSize": 134}},
                     {"rfilename": "onnx/model.onnx", "size": 90405214}, {"rfilename": "onnx/model.onnx_data", "size": 5}]}"""
                    .formatted(COMMIT,
                            "ab".repeat(32)),
            """
                    {"sha": "%s", "siblings": [{"rfilename": "tokenizer.json"}, {"rfilename": "model.safetensors.index.json"},
                     {"rfilename": "../../etc/passwd"}, {"rfilename": "a/../b.onnx"}]}""".formatted(COMMIT),
            """
                    {"sha": "%s", "siblings": [{"rfilename": "model.safetensors.index.json"}, {"rfilename": "a.safetensors"}]}"""
                    .formatted(COMMIT));

    private static Supplier<String> inputs() {
        Mutations mutations = new Mutations(61);
        return () -> mutations.ofJson(mutations.of(VALID));
    }

    private static boolean refuses(Throwable e) {
        return e instanceof IOException || e instanceof EmbeddingException.BadRequest
                || e instanceof EmbeddingException.BrokenModel;
    }

    @Test
    void lists_are_read_or_refused() {
        new Trials().run(INPUTS, inputs(), FuzzedListingsTest::refuses, json -> {
            Listing listing = Listing.read(json.getBytes(StandardCharsets.UTF_8));
            assertTrue(HubReference.isCommit(listing.commit()));
            List<RemoteFile> files = NeededFiles.of(REFERENCE, listing.files(), index -> Set.of("a.safetensors"));
            for (RemoteFile file : files) {
                assertTrue(FOLDER.resolve(file.name()).normalize().startsWith(FOLDER), file.name());
                assertTrue(file.size().orElse(0) >= 0);
            }
        });
    }

    /** Takes every name for a path within the folder. */
    @Test
    void a_planted_mistake_is_found() {
        AssertionError found = assertThrows(AssertionError.class, () -> new Trials().run(INPUTS, inputs(),
                FuzzedListingsTest::refuses, json -> new ObjectMapper().readTree(json).path("siblings").forEach(sibling -> {
                    Path path = FOLDER.resolve(sibling.path("rfilename").asText("x"));
                    if (!path.normalize().startsWith(FOLDER)) throw new IllegalStateException("outside: " + path);
                })));
        assertEquals(IllegalStateException.class, found.getCause().getClass());
    }
}
