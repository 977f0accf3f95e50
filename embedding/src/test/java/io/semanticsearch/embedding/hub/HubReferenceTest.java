package io.semanticsearch.embedding.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semanticsearch.embedding.EmbeddingException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users write: names of models, and the address of the endpoint. */
class HubReferenceTest {

    @ParameterizedTest
    @ValueSource(strings = {"sentence-transformers/all-MiniLM-L6-v2", "BAAI/bge-small-en-v1.5", "a/b",
        "minishlab/potion_base__2M", "0x/1.2.3"})
    void names_of_models(String name) {
        assertEquals(name, new HubReference(name).repository());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bert", "a/b/c", "../x", "a/..", "a/b..c", "a/--b", "a/b-", "/a/b", "a/b/", "a/b?x", "a b/c",
        "a/\u00e4",
        "a/b%2F", "a\\b", "a/.b", "a/b\n"})
    void names_that_are_none(String name) {
        Exception e = assertThrows(EmbeddingException.BadRequest.class, () -> new HubReference(name));
        assertTrue(e.getMessage().startsWith("repository [" + name + "] is no name of a model, expected [ORGANIZATION/NAME]"),
                e.getMessage());
        assertThrows(EmbeddingException.BadRequest.class, () -> new HubReference("a/" + "b".repeat(95)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"main", "v1.0", "refs/pr/12", "feature/x_y-z", "0123456789abcdef0123456789abcdef01234567"})
    void revisions(String revision) {
        assertEquals(revision.length() == 40, new HubReference("a/b", revision, Optional.empty()).isCommit());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "a/../b", "a//b", "/a", "a/", ".a", "a..b", "a b", "a?b", "a#b", "a%2e", "a\\b"})
    void revisions_that_are_none(String revision) {
        Exception e = assertThrows(EmbeddingException.BadRequest.class,
                () -> new HubReference("a/b", revision, Optional.empty()));
        assertTrue(e.getMessage().startsWith("[revision] is [" + revision + "], expected a branch, a tag"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "model.bin", "../model.onnx", "onnx/../../model.onnx", "/model.onnx", "onnx//model.onnx", ".onnx",
        "a\\b.onnx"})
    void files_that_are_none(String file) {
        Exception e = assertThrows(EmbeddingException.BadRequest.class, () -> new HubReference("a/b", "main", Optional.of(file)));
        assertTrue(e.getMessage().startsWith("[file] is [" + file + "], expected the path of an ONNX file"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"huggingface.co", "ftp://huggingface.co", "https:///x", "https://a.example/?q=1",
        "https://a.example/#f", "file:///x"})
    void endpoints_that_are_none(String endpoint) {
        Exception e = assertThrows(EmbeddingException.BadRequest.class, () -> options(endpoint));
        assertTrue(e.getMessage().startsWith("the endpoint for models is [" + endpoint + "], expected a http or https address"),
                e.getMessage());
    }

    @Test
    void an_endpoint_with_a_password_is_refused_without_showing_it() {
        Exception e = assertThrows(EmbeddingException.BadRequest.class, () -> options("https://me:secret@a.example"));
        assertEquals(
                "the endpoint for models is one with a user in it, expected a http or https address without user, query and fragment,"
                        + " such as [https://huggingface.co]",
                e.getMessage());
    }

    @Test
    void an_endpoint_may_have_a_path() {
        for (String endpoint : new String[]{"https://mirror.example/hub/v1", "https://mirror.example/hub/v1/"}) {
            try (HubClient client = new HubClient(options(endpoint))) {
                HubReference reference = new HubReference("a/b");
                assertEquals("https://mirror.example/hub/v1/api/models/a/b/revision/refs%2Fpr%2F1?blobs=true",
                        client.list(reference, "refs/pr/1").toString());
                assertEquals("https://mirror.example/hub/v1/a/b/resolve/0/1_Pooling/x%20%3F%25.json",
                        client.file(reference, "0", "1_Pooling/x ?%.json").toString());
            }
        }
    }

    private static HubOptions options(String endpoint) {
        return new HubOptions(URI.create(endpoint), Optional::empty, false, Optional.empty(), Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1), 1, "x");
    }
}
